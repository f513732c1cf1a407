package io.signalbox.callback;

import io.signalbox.callback.Metric.Direction;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The values of some metrics: those of the last epoch and the best of all, where it is known which way is better. */
final class MetricMemory {

    /** Before a metric's name: its best value. */
    static final String BEST = "best.";

    private static final String VALIDATION = "val_";

    /** More warnings than this help nobody. */
    private static final int MAX_WARNINGS = 100;

    private final Set<String> metrics;
    private final Map<String, Double> latest = new TreeMap<>();
    private final Map<String, Double> best = new TreeMap<>();
    private final Set<String> warned = new LinkedHashSet<>();
    private boolean epochsEnded;

    MetricMemory(Set<String> metrics) {
        this.metrics = metrics;
    }

    void clear() {
        latest.clear();
        best.clear();
        warned.clear();
        epochsEnded = false;
    }

    /** Takes up what an epoch logged; NaN is never best. */
    void epochEnded(Logs logs, Run run) {
        epochsEnded = true;
        for (String metric : metrics) {
            logs.get(metric).ifPresentOrElse(value -> remember(metric, value, run), () -> latest.remove(metric));
        }
    }

    private void remember(String metric, double value, Run run) {
        latest.put(metric, value);
        Direction direction = direction(metric, run);
        if (direction != null && !Double.isNaN(value)) {
            best.merge(metric, value, direction == Direction.MAX ? Math::max : Math::min);
        }
    }

    private static @Nullable Direction direction(String metric, Run run) {
        String plain = metric.startsWith(VALIDATION) ? metric.substring(VALIDATION.length()) : metric;
        if (plain.equals("loss")) {
            return Direction.MIN;
        }
        return run.metrics().stream()
                .filter(compiled -> compiled.name().equals(plain))
                .map(Metric::direction)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    /** Adds every value, those that a hook logs in place of the last epoch's. */
    void putInto(Map<String, Object> values, Logs logs) {
        values.putAll(latest);
        metrics.forEach(metric -> logs.get(metric).ifPresent(value -> values.put(metric, value)));
        best.forEach((metric, value) -> values.put(BEST + metric, value));
    }

    /** Whether it is time to warn of something: once, and of metrics only when an epoch has logged what there is. */
    boolean warnsOf(String what) {
        return epochsEnded && warned.size() < MAX_WARNINGS && warned.add(what);
    }

    /** {@code ; best val_loss 0.3}; empty where nothing is known. */
    String words() {
        List<String> known = new ArrayList<>();
        best.forEach((metric, value) -> known.add("best " + metric + " " + Numbers.brief(value)));
        return known.isEmpty() ? "" : "; " + String.join(", ", known);
    }

    ObjectNode state() {
        ObjectNode state = JsonNodeFactory.instance.objectNode();
        ObjectNode keptLatest = state.putObject("latest");
        latest.forEach((metric, value) -> Numbers.put(keptLatest, metric, value));
        ObjectNode keptBest = state.putObject("best");
        best.forEach((metric, value) -> Numbers.put(keptBest, metric, value));
        ArrayNode names = state.putArray("warned");
        warned.forEach(names::add);
        return state.put("epochs_ended", epochsEnded);
    }

    void restore(ObjectNode state) {
        clear();
        restore(state.get("latest"), latest);
        restore(state.get("best"), best);
        state.get("warned").forEach(what -> warned.add(what.asString()));
        epochsEnded = state.get("epochs_ended").asBoolean();
    }

    private static void restore(JsonNode kept, Map<String, Double> values) {
        kept.properties()
                .forEach(value -> values.put(
                        value.getKey(), Double.valueOf(value.getValue().asString())));
    }
}
