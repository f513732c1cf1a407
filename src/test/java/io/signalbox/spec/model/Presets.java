package io.signalbox.spec.model;

import io.signalbox.spec.Problem;
import io.signalbox.spec.schema.Binder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Every preset with its defaults, for tests that go through all of them. */
public final class Presets {

    private static final Input TABLE = Input.numbers(6);
    private static final Input IMAGES = Input.numbers(1, 16, 16);
    private static final Input SEQUENCES = Input.numbers(8, 3);
    private static final Input TEXT = Input.tokens(8, 11);

    private Presets() {}

    /** Small inputs that each takes; a preset without an entry fails the tests. Not the models whose
     * layers are the user's or the operator's. */
    public static Map<String, List<Input>> inputs() {
        Map<String, List<Input>> inputs = new LinkedHashMap<>();
        Binder.variantNames(ModelSpec.class).forEach(type -> inputs.put(type, inputs(type)));
        inputs.remove("sequential");
        inputs.remove("torchscript");
        return inputs;
    }

    private static List<Input> inputs(String type) {
        return switch (type) {
            case "logistic", "mlp", "autoencoder" -> List.of(TABLE, IMAGES);
            case "tabular_resnet" -> List.of(TABLE);
            case "lstm_classifier", "text_cnn", "transformer_classifier" -> List.of(TEXT, SEQUENCES, TABLE, IMAGES);
            case "gpt" -> List.of(TEXT);
            default -> List.of(IMAGES);
        };
    }

    /** A preset with its defaults. */
    public static ModelSpec spec(String type) {
        List<Problem> problems = new ArrayList<>();
        ObjectNode node = JsonNodeFactory.instance.objectNode().put("type", type);
        ModelSpec spec = Binder.bindVariant(node, ModelSpec.class, "#", problems);
        if (spec == null) {
            throw new IllegalArgumentException(problems.toString());
        }
        return spec;
    }

    static Network network(String type, Input input, int outputs) {
        return Network.of(spec(type).layers(input, outputs), input);
    }
}
