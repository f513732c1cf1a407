package io.signalbox.engine;

import io.signalbox.callback.Logs;
import java.util.Arrays;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Means of metrics over the examples gone through, as Keras' running means: each batch counts by its size. */
final class Means {

    private final List<String> names;
    private final double[] sums;
    private long examples;

    Means(List<String> names) {
        this.names = names;
        this.sums = new double[names.size()];
    }

    void reset() {
        Arrays.fill(sums, 0);
        examples = 0;
    }

    /** Adds a batch's mean of the metric at {@code index}. */
    void add(int index, double mean, int count) {
        sums[index] += mean * count;
    }

    /** Counts a batch whose means were added. */
    void count(int count) {
        examples += count;
    }

    /** The means so far; empty before the first batch. */
    Logs logs() {
        Logs logs = new Logs();
        for (int i = 0; i < sums.length && examples > 0; i++) {
            logs.put(names.get(i), sums[i] / examples);
        }
        return logs;
    }

    /** All that is needed to go on adding. Sums are texts, so that NaN is one too. */
    ObjectNode state() {
        ObjectNode state = JsonNodeFactory.instance.objectNode();
        state.put("examples", examples);
        ObjectNode sumOf = state.putObject("sums");
        for (int i = 0; i < sums.length; i++) {
            sumOf.put(names.get(i), Double.toString(sums[i]));
        }
        return state;
    }

    void restore(JsonNode state) {
        examples = state.get("examples").asLong();
        for (int i = 0; i < sums.length; i++) {
            sums[i] = Double.parseDouble(state.get("sums").get(names.get(i)).asString());
        }
    }
}
