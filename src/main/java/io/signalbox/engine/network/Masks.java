package io.signalbox.engine.network;

import static io.signalbox.engine.torch.Script.number;
import static io.signalbox.engine.torch.Script.on;

import io.signalbox.spec.model.LayerSpec;
import java.util.ArrayList;
import java.util.List;

/**
 * Where the padding of examples lies in what comes into a layer. The tensor {@code mask} of a program, {@code [batch,
 * length]}, is true where there is none; an example has one position at least.
 */
enum Masks {
    /** Nowhere, or it cannot be told any more. */
    NONE,
    /** Positions are the first dimension: {@code [length, features]}. */
    ROWS,
    /** Positions are the second dimension: {@code [channels, length]}. */
    COLUMNS;

    /** Of token ids {@code x} that are 0 where there is padding. */
    static final List<String> BEGIN =
            List.of("mask = torch.logical_or(torch.ne(x, 0), torch.eq(torch.arange(torch.size(x, 1), dtype=4, "
                    + on("x") + "), 0))");

    /** Makes {@code x} what {@code torch.nn.utils.rnn.pack_padded_sequence} does, longest example first. */
    static final List<String> PACK = List.of(
            "lengths = torch.amax(torch.mul(mask, torch.arange(1, torch.size(mask, 1) + 1, dtype=4, " + on("mask")
                    + ")), [1])",
            "falling, order, = torch.sort(lengths, stable=True, dim=0, descending=True)",
            "back = torch.argsort(order)",
            "x, sizes, = torch._pack_padded_sequence(torch.index_select(x, 0, order), torch.cpu(falling), True)");

    /** Puts what comes out of a recurrent layer, {@code all} and {@code last}, back in place. */
    static final List<String> UNPACK = List.of(
            "filled, kept, = torch._pad_packed_sequence(all, sizes, True, 0., torch.size(mask, 1))",
            "all = torch.index_select(filled, 0, back)",
            "last = torch.index_select(last, 1, back)");

    /** The mean over positions that there are. */
    static final List<String> MEAN = List.of(
            "there = torch.to(torch.unsqueeze(mask, 1), 6)",
            "x = torch.div(torch.sum(torch.mul(x, there), [2]), torch.sum(there, [2]))");

    /** The highest of the positions that there are. */
    static final List<String> MAX = List.of(
            "x = torch.masked_fill(x, torch.logical_not(torch.unsqueeze(mask, 1)), " + number(-Float.MAX_VALUE) + ")",
            "x, place, = torch.max(x, -1, False)");

    /** Makes {@code seeing} of the positions that attention may look at. */
    static List<String> attention(boolean causal) {
        List<String> lines = new ArrayList<>();
        lines.add("seeing = torch.reshape(mask, [torch.size(mask, 0), 1, 1, torch.size(mask, 1)])");
        if (causal) {
            lines.add("seeing = torch.logical_and(seeing,"
                    + " torch.tril(torch.ones([torch.size(mask, 1), torch.size(mask, 1)], dtype=11, " + on("mask")
                    + ")))");
        }
        return lines;
    }

    /**
     * Where it lies behind a layer: where it was, as long as positions are as many as before.
     *
     * @param input shape of what comes into the layer
     * @param branches where it lies behind the layers within it; empty for a layer that has none
     */
    Masks after(LayerSpec layer, List<Integer> input, List<Integer> output, List<Masks> branches) {
        if (layer instanceof LayerSpec.Embedding embedding) {
            return embedding.masks() ? ROWS : NONE;
        }
        if (this == NONE
                || layer instanceof LayerSpec.Reshape
                || branches.stream().distinct().count() > 1) {
            return NONE;
        }
        Masks behind = branches.isEmpty() ? moved(layer) : branches.get(0);
        boolean told = behind != NONE && output.size() == 2;
        return told && output.get(behind.dimension()).equals(input.get(dimension())) ? behind : NONE;
    }

    private Masks moved(LayerSpec layer) {
        return layer instanceof LayerSpec.Permute permute && permute.dims().get(0) != 1
                ? (this == ROWS ? COLUMNS : ROWS)
                : this;
    }

    private int dimension() {
        return this == COLUMNS ? 1 : 0;
    }
}
