package io.signalbox.checkpoint;

import io.signalbox.checkpoint.Manifest.Facts;
import io.signalbox.checkpoint.Manifest.FileEntry;
import io.signalbox.checkpoint.Manifest.Kind;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** {@code manifest.json}. */
final class ManifestJson {

    static final String FILE = "manifest.json";

    /** Larger manifests are refused. */
    static final int MAX_BYTES = 1 << 20;

    private static final int VERSION = 1;
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private ManifestJson() {}

    static byte[] write(String name, Facts facts, Map<String, FileEntry> files) {
        ObjectNode json = JSON.createObjectNode();
        json.put("format_version", VERSION);
        json.put("name", name);
        json.put("kind", facts.kind().wireName());
        json.put("epoch", facts.epoch());
        json.put("step", facts.step());
        json.put("created_at", facts.createdAt().truncatedTo(ChronoUnit.MILLIS).toString());
        ObjectNode metrics = json.putObject("metrics");
        facts.metrics().forEach((metric, value) -> {
            if (Double.isFinite(value)) {
                metrics.put(metric, value);
            } else {
                metrics.put(metric, value.toString());
            }
        });
        ObjectNode entries = json.putObject("files");
        files.forEach((file, entry) ->
                entries.putObject(file).put("size", entry.size()).put("sha256", entry.sha256()));
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(json).getBytes(StandardCharsets.UTF_8);
    }

    /** Reads what {@link #write} wrote for a checkpoint of that name. */
    static Manifest read(String name, byte[] bytes) {
        try {
            JsonNode json = JSON.readTree(bytes);
            int version = json.required("format_version").intValue();
            if (version != VERSION) {
                throw bad(name, "has the format version " + version + "; this program reads " + VERSION);
            }
            if (!json.required("name").stringValue().equals(name)) {
                throw bad(name, "is that of another checkpoint");
            }
            Facts facts = new Facts(
                    json.required("epoch").intValue(),
                    json.required("step").longValue(),
                    kind(name, json.required("kind").stringValue()),
                    metrics(json.required("metrics")),
                    Instant.parse(json.required("created_at").stringValue()));
            return new Manifest(name, facts, files(name, json.required("files")), Sha256.of(bytes));
        } catch (JacksonException | DateTimeException | NumberFormatException e) {
            throw bad(name, "cannot be read: " + e.getMessage());
        }
    }

    private static Kind kind(String name, String wireName) {
        for (Kind kind : Kind.values()) {
            if (kind.wireName().equals(wireName)) {
                return kind;
            }
        }
        throw bad(name, "has the unknown kind " + wireName);
    }

    private static Map<String, Double> metrics(JsonNode json) {
        Map<String, Double> metrics = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> metric : json.properties()) {
            JsonNode value = metric.getValue();
            metrics.put(
                    metric.getKey(), value.isString() ? Double.parseDouble(value.stringValue()) : value.doubleValue());
        }
        return metrics;
    }

    private static Map<String, FileEntry> files(String name, JsonNode json) {
        Map<String, FileEntry> files = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> file : json.properties()) {
            long size = file.getValue().required("size").longValue();
            String sha256 = file.getValue().required("sha256").stringValue();
            if (!CheckpointNames.valid(file.getKey())
                    || file.getKey().equals(FILE)
                    || size < 0
                    || !SHA256.matcher(sha256).matches()) {
                throw bad(name, "has a bad entry for a file");
            }
            files.put(file.getKey(), new FileEntry(size, sha256));
        }
        return files;
    }

    private static CheckpointException bad(String name, String what) {
        return new CheckpointException("checkpoint.manifest", "manifest.json of checkpoint '" + name + "' " + what);
    }
}
