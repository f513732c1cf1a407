/**
 * The one TorchScript program of a job: batch, forward pass, loss, metrics, gradients and update in one native call.
 */
@NullMarked
package io.signalbox.engine.program;

import org.jspecify.annotations.NullMarked;
