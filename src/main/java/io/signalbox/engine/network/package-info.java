/**
 * Networks: what tensors a layer has, how they are drawn, and the TorchScript that applies it.
 */
@NullMarked
package io.signalbox.engine.network;

import org.jspecify.annotations.NullMarked;
