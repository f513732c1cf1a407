package io.signalbox.spec;

import io.signalbox.spec.schema.Param;
import org.jspecify.annotations.Nullable;

/** Weights to begin with: a checkpoint of another job, or an uploaded file; exactly one of the two. */
public record InitialWeights(
        @Param(value = "Job to take them from", min = 1) @Nullable
        Long job,

        @Param(value = "Its checkpoint", defaultValue = "\"best\"", pattern = Names.FILE)
        String checkpoint,

        @Param(value = "Name of uploaded weights", pattern = Names.FILE) @Nullable
        String upload,

        @Param(value = "Whether every tensor must fit; false takes those that do", defaultValue = "true")
        boolean strict) {}
