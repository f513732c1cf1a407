package io.signalbox.server.replay;

import io.signalbox.spec.CallbackSpec;
import io.signalbox.spec.JobSpec;
import io.signalbox.spec.schema.Constrained;
import io.signalbox.spec.schema.Param;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What is asked of a replay: callbacks over a posted history, or over a recorded job. */
record ReplayRequest(
        @Param(value = "Job whose history is replayed, in place of a posted one", min = 1) @Nullable
        Long jobId,

        @Param(value = "Callbacks as a job spec has them, in order", maxItems = JobSpec.MAX_CALLBACKS)
        List<CallbackSpec> callbacks,

        @Param(
                value = "The optimizer's own; by default the job's, or 0.001",
                min = 0,
                exclusiveMin = true,
                max = 1_000_000)
        @Nullable
        Double learningRate,

        @Param(
                value = "Epochs that the run was to train in all; by default the job's, or those of the history",
                min = 1,
                max = 1_000_000)
        @Nullable
        Integer epochs,

        @Param(value = "Batches in one epoch; 1 by default", min = 1, max = ReplayRequest.MOST_BATCHES) @Nullable
        Integer stepsPerEpoch,

        @Param(
                value = "The metrics of each epoch; an absent or null one was not logged",
                maxItems = ReplayRequest.MOST_EPOCHS)
        @Nullable
        List<ObjectNode> history,

        @Param(
                value = "The metrics after each batch of each epoch; by default the epoch's own without the val_ ones",
                maxItems = ReplayRequest.MOST_EPOCHS)
        @Nullable
        List<List<ObjectNode>> batchLogs,

        @Param(
                value =
                        "What the model was compiled with beside loss; by default the catalogue's that the history names",
                maxItems = 1000)
        @Nullable
        List<CompiledMetric> metrics,

        @Param("Gives one argument several values, and answers for each") @Nullable
        Vary vary)
        implements Constrained {

    static final int MOST_EPOCHS = 100_000;
    static final int MOST_BATCHES = 10_000_000;

    /** A metric that the model was compiled with. */
    record CompiledMetric(
            @Param(value = "As in the history, without val_", maxLength = 128)
            String name,

            @Param(
                    value = "Which way is better; null for a metric that has none",
                    oneOf = {"min", "max"})
            @Nullable
            String direction) {}

    /** One argument with several values. */
    record Vary(
            @Param("JSON Pointer to it, such as /callbacks/0/patience")
            String pointer,

            @Param(value = "Its values", minItems = 1, maxItems = 100)
            List<JsonNode> values) {}

    @Override
    public void check(Rules rules) {
        if (jobId == null && history == null) {
            rules.broken("history", "required", "is required, or job_id for a recorded job");
        }
        boolean posted = Stream.of(stepsPerEpoch, history, batchLogs, metrics).anyMatch(Objects::nonNull);
        if (jobId != null && posted) {
            rules.broken(
                    "job_id",
                    "option.not-applicable",
                    "takes steps_per_epoch, history, batch_logs and metrics from the recorded job; leave them out");
        }
    }
}
