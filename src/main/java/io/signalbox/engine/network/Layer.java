package io.signalbox.engine.network;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * One layer: the tensors it has, and the TorchScript that applies it.
 *
 * @param code lines that turn {@code x} into the layer's output; the bool {@code train} tells training from evaluation
 * @param random whether it draws from PyTorch's generator in training
 */
record Layer(List<Slot> slots, Code code, boolean random) {

    /** PyTorch's numbers of types. */
    private static final int FLOAT32 = 6;

    private static final int BFLOAT16 = 15;

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

    /** The same as PyTorch's autocast has it: what comes in and the tensors are rounded to bfloat16, what goes out is float32. */
    Layer inBfloat16() {
        Code reduced = (tensor, cumulative) -> {
            List<String> lines = new ArrayList<>();
            lines.add("x = torch.to(x, " + BFLOAT16 + ")");
            lines.addAll(code.lines(name -> "torch.to(" + tensor.apply(name) + ", " + BFLOAT16 + ")", cumulative));
            lines.add("x = torch.to(x, " + FLOAT32 + ")");
            return lines;
        };
        return new Layer(slots, reduced, random);
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
