package io.signalbox.server.replay;

import io.signalbox.callback.Metric;
import io.signalbox.callback.Metric.Direction;
import io.signalbox.callback.replay.Recording;
import io.signalbox.spec.InvalidSpecException;
import io.signalbox.spec.Problem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads the history that stands in a request, collecting every fault. */
final class PostedHistory {

    private static final double LEARNING_RATE = 0.001;

    private final List<Problem> problems = new ArrayList<>();

    private PostedHistory() {}

    /** @throws InvalidSpecException for what is no history */
    static Recording read(ReplayRequest request) {
        List<ObjectNode> epochs = request.history() == null ? List.of() : request.history();
        PostedHistory reader = new PostedHistory();
        int steps = request.stepsPerEpoch() == null ? 1 : request.stepsPerEpoch();
        List<Map<String, Double>> history = reader.maps(epochs, "#/history");
        List<List<Map<String, Double>>> batchLogs =
                request.batchLogs() == null ? null : reader.batches(request.batchLogs(), epochs.size(), steps);
        if (!reader.problems.isEmpty()) {
            throw new InvalidSpecException(reader.problems);
        }
        return new Recording(
                request.epochs() == null ? epochs.size() : request.epochs(),
                steps,
                request.learningRate() == null ? LEARNING_RATE : request.learningRate(),
                history,
                batchLogs,
                metrics(request.metrics(), history));
    }

    private List<List<Map<String, Double>>> batches(List<List<ObjectNode>> given, int epochs, int steps) {
        List<List<Map<String, Double>>> batches = new ArrayList<>();
        count("#/batch_logs", "epochs", given.size(), epochs);
        for (int epoch = 0; epoch < given.size() && !full(); epoch++) {
            String pointer = "#/batch_logs/" + epoch;
            count(pointer, "batches", given.get(epoch).size(), steps);
            batches.add(maps(given.get(epoch), pointer));
        }
        return batches;
    }

    private void count(String pointer, String what, int had, int wanted) {
        if (had != wanted) {
            problems.add(new Problem(pointer, "count", "must be of " + wanted + " " + what + ", had " + had));
        }
    }

    private List<Map<String, Double>> maps(List<ObjectNode> nodes, String pointer) {
        List<Map<String, Double>> maps = new ArrayList<>(nodes.size());
        for (int i = 0; i < nodes.size() && !full(); i++) {
            Map<String, Double> logs = new LinkedHashMap<>();
            for (Map.Entry<String, JsonNode> metric : nodes.get(i).properties()) {
                // A logged null is, as Keras' logged None, a metric that was not logged.
                if (!metric.getValue().isNull()) {
                    logs.put(metric.getKey(), number(metric, pointer, i));
                }
            }
            maps.add(logs);
        }
        return maps;
    }

    private Double number(Map.Entry<String, JsonNode> metric, String pointer, int index) {
        JsonNode value = metric.getValue();
        if (value.isNumber()) {
            return value.doubleValue();
        }
        return switch (value.isString() ? value.stringValue() : "") {
            case "NaN" -> Double.NaN;
            case "Infinity" -> Double.POSITIVE_INFINITY;
            case "-Infinity" -> Double.NEGATIVE_INFINITY;
            default -> {
                problems.add(new Problem(
                        Problem.member(pointer + "/" + index, metric.getKey()),
                        "type.number",
                        "must be a number, null, or one of the texts NaN, Infinity and -Infinity"));
                yield Double.NaN;
            }
        };
    }

    private boolean full() {
        return problems.size() >= Problem.MAX_REPORTED;
    }

    private static List<Metric> metrics(
            @Nullable List<ReplayRequest.CompiledMetric> given, List<Map<String, Double>> history) {
        if (given == null) {
            return history.stream()
                    .flatMap(logs -> logs.keySet().stream())
                    .map(name -> name.startsWith("val_") ? name.substring("val_".length()) : name)
                    .distinct()
                    .map(Metric::named)
                    .filter(metric -> metric.direction() != null)
                    .toList();
        }
        return given.stream()
                .map(metric -> new Metric(metric.name(), direction(metric.direction())))
                .toList();
    }

    private static @Nullable Direction direction(@Nullable String name) {
        return name == null ? null : Direction.valueOf(name.toUpperCase(Locale.ROOT));
    }
}
