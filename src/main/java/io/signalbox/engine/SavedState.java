package io.signalbox.engine;

import io.signalbox.callback.CheckpointRequest;
import io.signalbox.callback.SavedCheckpoint;
import io.signalbox.callback.TrainingLoop.Position;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a checkpoint's {@code state.json} holds beside the tensors.
 *
 * @param position the next batch
 * @param step updates done
 * @param examples gone through
 * @param threads that computed: with another number the last digits differ
 * @param dataset SHA-256 of the dataset
 * @param data what was fitted on the data: JSON of an {@link io.signalbox.data.Preparation}
 * @param training all else that training goes on from; null in a checkpoint of weights only
 */
record SavedState(
        Position position,
        long step,
        long examples,
        long seed,
        int threads,
        String dataset,
        ObjectNode data,
        @Nullable Progress training) {

    /** Raised when a later version writes what this one cannot read. */
    private static final int FORMAT = 1;

    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .build();

    /**
     * What a full checkpoint adds.
     *
     * @param metrics sums of the epoch so far
     * @param logs of the newest epoch whose end was reached
     * @param stop who asked to stop, so that a run that is killed while it stops does not train on; null for nobody
     * @param best name of the checkpoint that {@code best} stands for; null for none
     * @param checkpoints that callbacks know of, in the order in which they came; not this one
     * @param asked what callbacks had asked for too and was to be written after this one
     * @param own what is to be done when this one is known to lie on the disk
     */
    record Progress(
            ObjectNode learningRate,
            ObjectNode callbacks,
            JsonNode metrics,
            Map<String, Double> logs,
            List<Kept> snapshots,
            @Nullable ObjectNode stop,
            @Nullable String best,
            List<SavedCheckpoint> checkpoints,
            List<CheckpointRequest> asked,
            Own own) {}

    /**
     * What becomes of a checkpoint after it was written.
     *
     * @param by who asked for it
     * @param backups older backups than the newest so many go then; 0 for none
     */
    record Own(List<String> tags, String by, int backups) {}

    /**
     * A snapshot of weights that lies in a file of its own.
     *
     * @param metrics as texts, so that NaN is one too
     */
    record Kept(String key, String file, int epoch, ObjectNode metrics) {}

    String write() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("format", FORMAT);
        json.put("epoch", position.epoch()).put("batch", position.batch());
        json.put("step", step).put("examples", examples);
        json.put("seed", seed).put("threads", threads);
        json.put("dataset_sha256", dataset);
        json.set("data", data);
        if (training != null) {
            json.set("learning_rate", training.learningRate());
            json.set("callbacks", training.callbacks());
            json.set("metrics", training.metrics());
            json.set("logs", JSON.valueToTree(training.logs()));
            json.set("stop", training.stop());
            json.put("best", training.best());
            ArrayNode snapshots = json.putArray("snapshots");
            for (Kept kept : training.snapshots()) {
                snapshots
                        .addObject()
                        .put("key", kept.key())
                        .put("file", kept.file())
                        .put("epoch", kept.epoch())
                        .set("metrics", kept.metrics());
            }
            json.set("checkpoints", JSON.valueToTree(training.checkpoints()));
            json.set("asked", JSON.valueToTree(training.asked()));
            json.set("own", JSON.valueToTree(training.own()));
        }
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(json);
    }

    /** @throws IllegalArgumentException for the state of another format */
    static SavedState read(String text) {
        JsonNode json = JSON.readTree(text);
        if (json.path("format").asInt(0) != FORMAT) {
            throw new IllegalArgumentException("state.json is of format " + json.path("format")
                    + ", this version reads " + FORMAT + ": go on with the version that wrote it");
        }
        return new SavedState(
                new Position(json.get("epoch").asInt(), json.get("batch").asInt()),
                json.get("step").asLong(),
                json.get("examples").asLong(),
                json.get("seed").asLong(),
                json.get("threads").asInt(),
                json.get("dataset_sha256").asString(),
                (ObjectNode) json.get("data"),
                json.has("learning_rate") ? progress(json) : null);
    }

    private static Progress progress(JsonNode json) {
        List<Kept> snapshots = new ArrayList<>();
        for (JsonNode kept : json.get("snapshots")) {
            snapshots.add(new Kept(
                    kept.get("key").asString(),
                    kept.get("file").asString(),
                    kept.get("epoch").asInt(),
                    (ObjectNode) kept.get("metrics")));
        }
        JsonNode best = json.get("best");
        JsonNode stop = json.get("stop");
        return new Progress(
                (ObjectNode) json.get("learning_rate"),
                (ObjectNode) json.get("callbacks"),
                json.get("metrics"),
                JSON.treeToValue(json.get("logs"), new TypeReference<LinkedHashMap<String, Double>>() {}),
                snapshots,
                stop instanceof ObjectNode request ? request : null,
                best.isNull() ? null : best.asString(),
                List.of(JSON.treeToValue(json.get("checkpoints"), SavedCheckpoint[].class)),
                List.of(JSON.treeToValue(json.get("asked"), CheckpointRequest[].class)),
                JSON.treeToValue(json.get("own"), Own.class));
    }
}
