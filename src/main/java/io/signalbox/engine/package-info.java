/**
 * Training on DJL: networks, losses, metrics, optimizers, batches.
 */
@NullMarked
package io.signalbox.engine;

import org.jspecify.annotations.NullMarked;
