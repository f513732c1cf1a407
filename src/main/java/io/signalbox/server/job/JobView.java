package io.signalbox.server.job;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.signalbox.event.Explanation;
import io.signalbox.event.JobState;
import io.signalbox.event.Outcome;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A job as the API shows it.
 *
 * @param placement where the newest attempt is or was, in the words of the engine that runs it; null where none does
 * @param callbacks where those of the spec stand, in words; left out of live summaries
 * @param spec as run; likewise
 * @param warnings likewise
 */
public record JobView(
        long id,
        @Nullable String name,
        @Nullable String experiment,
        List<String> tags,
        JobState state,
        @Nullable Outcome outcome,
        @Nullable String reason,
        Instant createdAt,
        @Nullable Instant startedAt,
        @Nullable Instant endedAt,
        int attempt,
        int priority,
        String submittedBy,
        Progress progress,
        Map<String, Double> latest,
        @Nullable Best best,
        @Nullable Double learningRate,
        @Nullable String learningRateOwner,
        @Nullable Parent parent,
        @Nullable Long queuePosition,
        @Nullable Placement placement,
        long lastSeq,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable List<Explanation> callbacks,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable JsonNode spec,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable JsonNode warnings) {

    /** How far it is; {@code epoch} counts those whose end was reached, {@code step} the updates done. */
    public record Progress(
            int epoch,
            int epochs,
            long step,
            int stepsPerEpoch,
            double examplesPerSecond,
            @Nullable Double etaSeconds) {}

    /** The best epoch so far. */
    public record Best(String metric, double value, int epoch) {}

    /** Where a fork comes from. */
    public record Parent(long jobId, @Nullable String checkpoint) {}

    /**
     * Where an attempt is.
     *
     * @param id what the engine calls it
     * @param node that it runs on
     * @param reason what the engine says of it, such as why it waits
     */
    public record Placement(
            int attempt,
            @Nullable String id,
            @Nullable String node,
            @Nullable String reason) {}
}
