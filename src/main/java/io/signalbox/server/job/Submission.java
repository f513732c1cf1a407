package io.signalbox.server.job;

import io.signalbox.spec.CheckedSpec;
import org.jspecify.annotations.Nullable;

/**
 * A job that may be created: its spec holds against its data.
 *
 * @param by who asks for it
 */
record Submission(
        CheckedSpec checked,
        String specJson,
        String warningsJson,
        String datasetSha256,
        BestMetric best,
        @Nullable String idempotencyKey,
        String bodySha256,
        String by) {}
