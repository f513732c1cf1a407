package io.signalbox.spec.model;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What several presets are built of. */
final class Blocks {

    private Blocks() {}

    static void dropout(List<LayerSpec> layers, double rate) {
        if (rate > 0) {
            layers.add(new LayerSpec.Dropout(rate));
        }
    }

    /**
     * Makes a sequence {@code [length, features]} of whatever comes in: tokens get vectors, the rows of an image become the
     * positions, and so do the columns of a table.
     */
    static List<LayerSpec> sequence(Input input, int embeddingDim) {
        List<Integer> shape = input.shape();
        if (input.ofTokens()) {
            return List.of(new LayerSpec.Embedding(embeddingDim).settled(input));
        }
        return switch (shape.size()) {
            case 1 -> List.of(new LayerSpec.Reshape(List.of(shape.get(0), 1)));
            case 3 ->
                List.of(new LayerSpec.Permute(List.of(2, 1, 3)), new LayerSpec.Reshape(List.of(shape.get(1), -1)));
            default -> List.of();
        };
    }

    /**
     * A transformer's block that normalises first (Xiong et al. 2020).
     *
     * @param deviations of weights before training, of all and of those that write to the residual stream; null for
     *     PyTorch's
     */
    static List<LayerSpec> transformer(
            int width, int heads, double dropout, boolean causal, String gelu, @Nullable Deviations deviations) {
        Double inner = deviations == null ? null : deviations.inner();
        Double output = deviations == null ? null : deviations.output();
        List<LayerSpec> attention = new ArrayList<>();
        attention.add(new LayerSpec.LayerNorm());
        attention.add(new LayerSpec.MultiHeadAttention(heads, dropout, causal, true, inner, output));
        dropout(attention, dropout);
        List<LayerSpec> dense = new ArrayList<>();
        dense.add(new LayerSpec.LayerNorm());
        dense.add(new LayerSpec.Dense(4 * width, true, inner));
        dense.add(new LayerSpec.Gelu(gelu));
        dense.add(new LayerSpec.Dense(width, true, output));
        dropout(dense, dropout);
        return List.of(new LayerSpec.Residual(attention), new LayerSpec.Residual(dense));
    }

    /** Standard deviations of weights before training. */
    record Deviations(double inner, double output) {}
}
