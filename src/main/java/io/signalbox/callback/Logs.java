package io.signalbox.callback;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * The metrics that a hook is given: name to value, in order. As in Keras all callbacks of one hook share one map, and one
 * that adds to it (ReduceLROnPlateau and LearningRateScheduler add {@code learning_rate}) is seen by those after it.
 * Values may be NaN or infinite. Confined to the training thread.
 */
public final class Logs {

    private final Map<String, Double> values = new LinkedHashMap<>();

    /** An empty map. */
    public Logs() {}

    /** A copy of {@code values}, in their order. */
    public static Logs of(Map<String, Double> values) {
        Logs logs = new Logs();
        logs.values.putAll(values);
        return logs;
    }

    /** The value of a metric, empty where it was not logged. */
    public OptionalDouble get(String name) {
        Double value = values.get(name);
        return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
    }

    /** Adds a metric, or replaces it in its place. */
    public void put(String name, double value) {
        values.put(name, value);
    }

    /** Puts other metrics in the place of all these. */
    void set(Logs others) {
        values.clear();
        values.putAll(others.values);
    }

    /** This map, or, where nothing was logged, one of its own: as in Keras what is added to that is seen by nobody else. */
    Logs unlessEmpty() {
        return values.isEmpty() ? new Logs() : this;
    }

    public Set<String> names() {
        return values.keySet();
    }

    /** A copy, in order. */
    public Map<String, Double> toMap() {
        return new LinkedHashMap<>(values);
    }

    @Override
    public String toString() {
        return values.toString();
    }
}
