/**
 * Optimizers: what they keep for each parameter, and the TorchScript of one update.
 */
@NullMarked
package io.signalbox.engine.optimizer;

import org.jspecify.annotations.NullMarked;
