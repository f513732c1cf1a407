package io.signalbox.engine.network;

import java.util.List;
import java.util.function.UnaryOperator;

/**
 * One layer: the tensors it has, and the TorchScript that applies it.
 *
 * @param code lines that turn {@code x} into the layer's output; the bool {@code train} tells training from evaluation
 * @param random whether it draws from PyTorch's generator in training
 */
record Layer(List<Slot> slots, Code code, boolean random) {

    Layer(List<Slot> slots, Code code) {
        this(slots, code, false);
    }

    /** Writes a layer's lines. */
    @FunctionalInterface
    interface Code {

        /**
         * The lines.
         *
         * @param tensor the TorchScript expression of the layer's tensor of that name
         * @param cumulative whether running statistics become the mean over all batches, instead of following the newest
         */
        List<String> lines(UnaryOperator<String> tensor, boolean cumulative);
    }

    /** A layer without tensors that is one expression of {@code x}. */
    static Layer of(String expression) {
        return of(List.of(), tensor -> expression);
    }

    /** A layer that is one expression of {@code x} and its tensors. */
    static Layer of(List<Slot> slots, java.util.function.Function<UnaryOperator<String>, String> expression) {
        return new Layer(slots, (tensor, cumulative) -> List.of("x = " + expression.apply(tensor)));
    }
}
