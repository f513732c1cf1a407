package io.signalbox.spec;

import io.signalbox.spec.schema.Constrained.Rules;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Reads {@code data.class_weight}: {@code balanced}, a list in the order of the classes, or weights by class. */
public final class ClassWeight {

    static final String FIELD = "class_weight";

    private static final String BALANCED = "balanced";
    private static final double MOST = 1e6;

    private ClassWeight() {}

    /** Checks what can be checked without the classes. */
    static void check(JsonNode given, Rules rules) {
        if (given.isString() && given.stringValue().equals(BALANCED)) {
            return;
        }
        if (!given.isArray() && !given.isObject()) {
            rules.broken(
                    FIELD,
                    "type.object",
                    "must be balanced, a list of weights in the order of the classes, or weights by class");
            return;
        }
        for (JsonNode weight : given) {
            double value = weight.isNumber() ? weight.doubleValue() : Double.NaN;
            if (!(value >= 0 && value <= MOST)) {
                rules.broken(FIELD, "range.min", "holds something else than numbers from 0 to 1000000");
                return;
            }
        }
    }

    /** Checks it against the classes. */
    static void check(JsonNode given, List<String> classes, Faults faults) {
        String pointer = "#/data/" + FIELD;
        String there = Faults.list(classes);
        if (classes.isEmpty()) {
            faults.add(pointer, "target.classes", "needs a target of classes; leave it out or choose another loss");
        } else if (given.isArray() && given.size() != classes.size()) {
            String detail = "has " + given.size() + " weights for " + classes.size() + " classes; give one for each of "
                    + there;
            faults.add(pointer, "count", detail);
        } else if (given.isObject()) {
            for (String name : given.propertyNames()) {
                if (!classes.contains(name)) {
                    String detail = "there is no class " + Problem.echo(name) + "; there are " + there;
                    faults.add(Problem.member(pointer, name), "unknown-field", detail);
                }
            }
        }
    }

    /**
     * The weight of each class.
     *
     * @param counts training examples of each
     * @return as given, 1 for a class that is not named; {@code balanced}: {@code examples / (classes × count)} over the
     *     classes that occur, as scikit-learn's {@code compute_class_weight} has it, and 0 for one that does not
     */
    public static float[] of(JsonNode given, List<String> classes, long[] counts) {
        float[] weights = new float[classes.size()];
        if (given.isString()) {
            long examples = Arrays.stream(counts).sum();
            long occurring = Arrays.stream(counts).filter(count -> count > 0).count();
            for (int i = 0; i < weights.length; i++) {
                weights[i] = counts[i] == 0 ? 0 : (float) (examples / ((double) occurring * counts[i]));
            }
            return weights;
        }
        List<Map.Entry<String, JsonNode>> named = new ArrayList<>(given.properties());
        Arrays.fill(weights, 1);
        for (int i = 0; i < weights.length && given.isArray(); i++) {
            weights[i] = (float) given.get(i).doubleValue();
        }
        named.forEach(weight -> weights[classes.indexOf(weight.getKey())] =
                (float) weight.getValue().doubleValue());
        return weights;
    }
}
