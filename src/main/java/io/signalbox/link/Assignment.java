package io.signalbox.link;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a trainer is told to do: one line of JSON on its standard input, so that the secret is in no argument and no
 * variable.
 *
 * @param jobId the job
 * @param attempt number of this process run of it, from 1
 * @param secret proves to the server that this trainer is that attempt
 * @param nextSeq seq of the first event it tells
 * @param job the job's folder: {@code spec.json} in, everything else out
 * @param dataset the dataset's folder
 * @param validationDataset folder of the validation dataset, where the spec names one
 * @param resumeFrom name of the checkpoint to go on from; null to start from scratch
 * @param anew what of that checkpoint is left, in the engine's words; empty for nothing
 * @param initialWeights safetensors file to begin with; null for weights drawn from the seed
 * @param plugins folder of jars with callbacks; null for none
 * @param linkFile file that holds the port on which the server listens, read anew at every connect
 * @param orphanTimeout how long it trains on without a server; in whole milliseconds
 * @param cache for a trainer that shares no folder with the server: all folders are its own then, and it fetches what they
 *     are to hold; null where the server's are seen
 */
public record Assignment(
        long jobId,
        int attempt,
        String secret,
        long nextSeq,
        Path job,
        Path dataset,
        @Nullable Path validationDataset,
        @Nullable String resumeFrom,
        List<String> anew,
        @Nullable Path initialWeights,
        @Nullable Path plugins,
        Path linkFile,
        Duration orphanTimeout,
        @Nullable NodeCache cache) {

    /**
     * Where a trainer keeps what it has fetched, for those that come after it on the same node.
     *
     * @param folder on the same file system as the job's
     * @param bytes that all of it may take
     */
    public record NodeCache(Path folder, long bytes) {}

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    /** One line without line breaks. Holds the secret. */
    public String toJson() {
        return MAPPER.createObjectNode()
                .put("job_id", jobId)
                .put("attempt", attempt)
                .put("secret", secret)
                .put("next_seq", nextSeq)
                .put("job", job.toString())
                .put("dataset", dataset.toString())
                .put("validation_dataset", text(validationDataset))
                .put("resume_from", resumeFrom)
                .put("anew", String.join(",", anew))
                .put("initial_weights", text(initialWeights))
                .put("plugins", text(plugins))
                .put("link_file", linkFile.toString())
                .put("orphan_timeout_ms", orphanTimeout.toMillis())
                .put("cache", cache == null ? null : cache.folder().toString())
                .put("cache_bytes", cache == null ? 0 : cache.bytes())
                .toString();
    }

    private static @Nullable String text(@Nullable Path path) {
        return path == null ? null : path.toString();
    }

    /**
     * Reads what {@link #toJson} wrote.
     *
     * @throws IllegalArgumentException for anything else; its message does not hold the line
     */
    public static Assignment fromJson(String line) {
        try {
            JsonNode json = MAPPER.readTree(line);
            String validationDataset = optional(json, "validation_dataset");
            String initialWeights = optional(json, "initial_weights");
            String plugins = optional(json, "plugins");
            String cache = optional(json, "cache");
            return new Assignment(
                    json.required("job_id").asLong(),
                    json.required("attempt").asInt(),
                    json.required("secret").asString(),
                    json.required("next_seq").asLong(),
                    Path.of(json.required("job").asString()),
                    Path.of(json.required("dataset").asString()),
                    validationDataset == null ? null : Path.of(validationDataset),
                    optional(json, "resume_from"),
                    Stream.of(json.path("anew").asString("").split(","))
                            .filter(part -> !part.isEmpty())
                            .toList(),
                    initialWeights == null ? null : Path.of(initialWeights),
                    plugins == null ? null : Path.of(plugins),
                    Path.of(json.required("link_file").asString()),
                    Duration.ofMillis(json.required("orphan_timeout_ms").asLong()),
                    cache == null
                            ? null
                            : new NodeCache(
                                    Path.of(cache), json.required("cache_bytes").asLong()));
        } catch (JacksonException e) { // its message would repeat the line, and with it the secret
            throw new IllegalArgumentException("the line is not the JSON of an assignment, or lacks a field of it");
        }
    }

    private static @Nullable String optional(JsonNode json, String name) {
        JsonNode value = json.get(name);
        return value == null || value.isNull() ? null : value.asString();
    }

    /** The same for a trainer that finds that file elsewhere. */
    public Assignment withLinkFile(Path seen) {
        return new Assignment(
                jobId,
                attempt,
                secret,
                nextSeq,
                job,
                dataset,
                validationDataset,
                resumeFrom,
                anew,
                initialWeights,
                plugins,
                seen,
                orphanTimeout,
                cache);
    }

    /** Folder of this attempt: its journal, its log and its exit code. */
    public Path attemptFolder() {
        return job.resolve("attempts").resolve(Integer.toString(attempt));
    }

    /**
     * Where this attempt makes its checkpoints before they get their place, and takes those that it removes. The server takes it
     * away when the attempt is over, so that a process that lives on somewhere can change none any more.
     */
    public Path workshop() {
        return attemptFolder().resolve("saving");
    }

    /** Keeps the secret out of logs. */
    @Override
    public String toString() {
        return "Assignment[job " + jobId + ", attempt " + attempt + "]";
    }
}
