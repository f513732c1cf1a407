/**
 * Augmentation: what is drawn for each example, and the TorchScript that does it to a batch.
 */
@NullMarked
package io.signalbox.engine.augment;

import org.jspecify.annotations.NullMarked;
