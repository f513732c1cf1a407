package io.signalbox.engine;

import io.signalbox.callback.Logs;
import io.signalbox.engine.metric.Batch;
import io.signalbox.engine.metric.WholeSet;
import java.util.Arrays;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Metrics over the examples gone through: means, to which each batch counts by its size, as Keras' running means, and those
 * of a whole set, which are no means.
 */
final class Means {

    private final List<String> names;
    private final WholeSet whole;
    private final double[] sums;
    private final double[] sumsBefore;
    private long examples;
    private long examplesBefore;

    Means(List<String> names) {
        this(names, WholeSet.NONE);
    }

    /**
     * Of some metrics.
     *
     * @param whole computes those of {@code names} that are no means
     */
    Means(List<String> names, WholeSet whole) {
        this.names = names;
        this.whole = whole;
        this.sums = new double[names.size()];
        this.sumsBefore = new double[names.size()];
    }

    void reset() {
        Arrays.fill(sums, 0);
        Arrays.fill(sumsBefore, 0);
        examples = 0;
        examplesBefore = 0;
        whole.reset();
    }

    /** Adds a batch's mean of the metric at {@code index}. */
    void add(int index, double mean, int count) {
        sumsBefore[index] = sums[index];
        sums[index] += mean * count;
    }

    /** Adds what a batch's metrics that are no means come out of. */
    void add(Batch batch) {
        whole.add(batch);
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
        whole.undo();
    }

    /** The metrics so far, but for those that take long to compute; empty before the first batch. */
    Logs logs() {
        return logs(false);
    }

    /** All metrics, at the end of a set; empty before the first batch. */
    Logs total() {
        return logs(true);
    }

    /** Whether a metric is a mean, of which an update has one of its own. */
    boolean isMean(String metric) {
        return !whole.has(metric);
    }

    private Logs logs(boolean all) {
        Logs logs = new Logs();
        for (int i = 0; i < sums.length && examples > 0; i++) {
            String name = names.get(i);
            if (!whole.has(name)) {
                logs.put(name, sums[i] / examples);
            } else if (all || whole.runs(name)) {
                logs.put(name, whole.value(name));
            }
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
        state.set("whole", whole.state());
        return state;
    }

    void restore(JsonNode state) {
        examples = state.get("examples").asLong();
        for (int i = 0; i < sums.length; i++) {
            sums[i] = Double.parseDouble(state.get("sums").get(names.get(i)).asString());
        }
        whole.restore(state.get("whole"));
    }
}
