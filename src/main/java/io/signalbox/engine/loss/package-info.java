/**
 * Losses and metrics, as TorchScript.
 */
@NullMarked
package io.signalbox.engine.loss;

import org.jspecify.annotations.NullMarked;
