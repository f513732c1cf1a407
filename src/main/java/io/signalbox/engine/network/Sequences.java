package io.signalbox.engine.network;

import static io.signalbox.engine.network.Slot.parameter;
import static io.signalbox.engine.torch.Script.number;
import static io.signalbox.engine.torch.Script.on;

import io.signalbox.spec.model.LayerSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** Layers for tokens and sequences. */
final class Sequences {

    /** GPT-2's, for vectors of positions. */
    private static final double POSITION_DEVIATION = 0.02;

    /** Wave lengths of the sinusoidal encoding go from 2 pi to this times 2 pi. */
    private static final double LONGEST_WAVE = 10_000;

    private Sequences() {}

    static Layer embedding(LayerSpec.Embedding spec, List<Integer> input) {
        int padding = spec.paddingIdx() == null ? -1 : spec.paddingIdx();
        Initial drawn = Initial.normal(spec.initStd());
        Initial initial = padding < 0 ? drawn : drawn.zeroing(padding * spec.embeddingDim(), spec.embeddingDim());
        return new Layer(
                List.of(parameter("weight", initial, spec.tokens(), spec.embeddingDim())), (tensor, cumulative) -> {
                    List<String> lines = spec.masks() ? new ArrayList<>(Masks.BEGIN) : new ArrayList<>();
                    lines.add("x = torch.embedding(" + tensor.apply("weight") + ", x, " + padding + ")");
                    return lines;
                });
    }

    /** Both kinds take sequences shorter than that which they were made for. */
    static Layer positions(LayerSpec.PositionalEncoding spec, List<Integer> input) {
        int features = input.get(1);
        if (spec.learned()) {
            return Layer.of(
                    List.of(parameter("weight", Initial.normal(POSITION_DEVIATION), input.get(0), features)),
                    tensor -> "torch.add(x, torch.narrow(" + tensor.apply("weight") + ", 0, 0, torch.size(x, 1)))");
        }
        String rates = "torch.exp(torch.mul(torch.arange(0, " + features + ", 2, dtype=7, " + on("x") + "), "
                + number(-Math.log(LONGEST_WAVE) / features) + "))";
        return new Layer(
                List.of(),
                (tensor, cumulative) -> List.of(
                        "angle = torch.mul(torch.unsqueeze(torch.arange(torch.size(x, 1), dtype=7, " + on("x")
                                + "), 1), " + rates + ")",
                        "waves = torch.flatten(torch.stack([torch.sin(angle), torch.cos(angle)], 2), 1)",
                        "x = torch.add(x, torch.to(torch.narrow(waves, 1, 0, " + features + "), 6))"));
    }

    /** Where there is padding, examples go in without it, as {@code pack_padded_sequence} makes them. */
    static Layer recurrent(
            String operation, LayerSpec.Recurrent spec, int directions, List<Integer> input, boolean masked) {
        List<Slot> slots = slots(spec, directions, input.get(1));
        return new Layer(
                slots,
                (tensor, cumulative) -> lines(operation, spec, directions, slots, tensor, masked),
                spec.dropout() > 0);
    }

    private static List<Slot> slots(LayerSpec.Recurrent spec, int directions, int features) {
        List<Slot> slots = new ArrayList<>();
        long rows = (long) spec.gates() * spec.units();
        Initial initial = Initial.fanIn(spec.units());
        for (int layer = 0; layer < spec.numLayers(); layer++) {
            long inputs = layer == 0 ? features : (long) spec.units() * directions;
            for (int direction = 0; direction < directions; direction++) {
                String end = "_l" + layer + (direction == 0 ? "" : "_reverse");
                slots.add(parameter("weight_ih" + end, initial, rows, inputs));
                slots.add(parameter("weight_hh" + end, initial, rows, spec.units()));
                if (spec.bias()) {
                    slots.add(parameter("bias_ih" + end, initial, rows));
                    slots.add(parameter("bias_hh" + end, initial, rows));
                }
            }
        }
        return slots;
    }

    private static List<String> lines(
            String operation,
            LayerSpec.Recurrent spec,
            int directions,
            List<Slot> slots,
            UnaryOperator<String> tensor,
            boolean masked) {
        boolean lstm = spec instanceof LayerSpec.Lstm;
        String weights = slots.stream().map(slot -> tensor.apply(slot.name())).collect(Collectors.joining(", "));
        List<String> lines = new ArrayList<>();
        lines.add("begin = torch.zeros([" + spec.numLayers() * directions + ", torch.size(x, 0), " + spec.units()
                + "], dtype=6, " + on("x") + ")");
        if (masked) {
            lines.addAll(Masks.PACK);
        }
        lines.add("all, last, " + (lstm ? "cell, " : "") + "= torch." + operation + (masked ? "(x, sizes, " : "(x, ")
                + (lstm ? "[begin, begin]" : "begin") + ", [" + weights + "], " + bool(spec.bias()) + ", "
                + spec.numLayers() + ", " + number(spec.dropout()) + ", train, " + bool(directions > 1)
                + (masked ? ")" : ", True)"));
        if (masked) {
            lines.addAll(Masks.UNPACK);
        }
        if (spec.returnSequences()) {
            lines.add("x = all");
        } else if (directions == 1) {
            lines.add("x = torch.select(last, 0, -1)");
        } else {
            lines.add("x = torch.cat([torch.select(last, 0, -2), torch.select(last, 0, -1)], 1)");
        }
        return lines;
    }

    private static String bool(boolean value) {
        return value ? "True" : "False";
    }

    static Layer attention(LayerSpec.MultiHeadAttention spec, List<Integer> input, boolean masked) {
        int features = input.get(1);
        int heads = spec.numHeads();
        return new Layer(
                attentionSlots(spec, features),
                (tensor, cumulative) -> {
                    List<String> lines = new ArrayList<>();
                    lines.add("heads = torch.reshape(torch.linear(x, " + tensor.apply("in_proj_weight") + ", "
                            + (spec.bias() ? tensor.apply("in_proj_bias") : "None")
                            + "), [torch.size(x, 0), torch.size(x, 1), 3, " + heads + ", " + features / heads + "])");
                    lines.add("heads = torch.permute(heads, [2, 0, 3, 1, 4])");
                    lines.add("drop = 0.0");
                    if (spec.dropout() > 0) {
                        lines.add("if train:");
                        lines.add("  drop = " + number(spec.dropout()));
                    }
                    if (masked) {
                        lines.addAll(Masks.attention(spec.causal()));
                    }
                    lines.add("seen = torch.scaled_dot_product_attention(torch.select(heads, 0, 0),"
                            + " torch.select(heads, 0, 1), torch.select(heads, 0, 2), "
                            + (masked ? "seeing, drop, False)" : "None, drop, " + bool(spec.causal()) + ")"));
                    lines.add("seen = torch.flatten(torch.permute(seen, [0, 2, 1, 3]), 2)");
                    lines.add("x = torch.linear(seen, " + tensor.apply("out_proj.weight") + ", "
                            + (spec.bias() ? tensor.apply("out_proj.bias") : "None") + ")");
                    return lines;
                },
                spec.dropout() > 0);
    }

    /** PyTorch's module draws the input projection as Xavier does and the output projection as a dense layer. */
    private static List<Slot> attentionSlots(LayerSpec.MultiHeadAttention spec, int features) {
        Double in = spec.initStd();
        Double out = spec.outputInitStd();
        Initial zero = Initial.constant(0);
        List<Slot> slots = new ArrayList<>();
        slots.add(parameter(
                "in_proj_weight",
                in == null ? Initial.uniform(Math.sqrt(6.0 / (4.0 * features))) : Initial.normal(in),
                3L * features,
                features));
        if (spec.bias()) {
            slots.add(parameter("in_proj_bias", zero, 3L * features));
        }
        slots.add(parameter(
                "out_proj.weight", out == null ? Initial.fanIn(features) : Initial.normal(out), features, features));
        if (spec.bias()) {
            slots.add(parameter("out_proj.bias", zero, features));
        }
        return slots;
    }
}
