/**
 * PyTorch through DJL: start-up, tensors whose memory Java sees, and TorchScript programs written by Java.
 */
@NullMarked
package io.signalbox.engine.torch;

import org.jspecify.annotations.NullMarked;
