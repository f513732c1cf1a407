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
    private final double[] sumsBefore;
    private long examples;
    private long examplesBefore;

    Means(List<String> names) {
        this.names = names;
        this.sums = new double[names.size()];
        this.sumsBefore = new double[names.size()];
    }

    void reset() {
        Arrays.fill(sums, 0);
        Arrays.fill(sumsBefore, 0);
        examples = 0;
        examplesBefore = 0;
    }

    /** Adds a batch's mean of the metric at {@code index}. */
    void add(int index, double mean, int count) {
        sumsBefore[index] = sums[index];
        sums[index] += mean * count;
    }

    /** Counts a batch whose means were added. */
    void count(int count) {
        examplesBefore = examples;
        examples += count;
    }

    /** Leaves the batch that was added last out; to be called once for it. */
    void undo() {
        System.arraycopy(sumsBefore, 0, sums, 0, sums.length);
        examples = examplesBefore;
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
