/**
 * Examples as tensors and the order in which an epoch goes through them.
 */
@NullMarked
package io.signalbox.engine.batch;

import org.jspecify.annotations.NullMarked;
