package io.signalbox.spec;

import io.signalbox.spec.schema.Constrained;
import io.signalbox.spec.schema.Param;
import org.jspecify.annotations.Nullable;

/** Weights to begin with: a checkpoint of another job, or an uploaded file; exactly one of the two. */
public record InitialWeights(
        @Param(value = "Job to take them from", min = 1) @Nullable
        Long job,

        @Param(value = "Its checkpoint", defaultValue = "\"best\"", maxLength = 64, pattern = Names.FILE)
        String checkpoint,

        @Param(value = "Name of uploaded weights", maxLength = 64, pattern = Names.FILE) @Nullable
        String upload,

        @Param(value = "Whether every tensor must fit; false takes those that do", defaultValue = "true")
        boolean strict)
        implements Constrained {

    /** The same checkpoint under its own name. */
    public InitialWeights named(String name) {
        return new InitialWeights(job, name, upload, strict);
    }

    /** What they are, for people. */
    @Override
    public String toString() {
        return upload == null
                ? "checkpoint '" + checkpoint + "' of job " + job
                : "the uploaded weights '" + upload + "'";
    }

    @Override
    public void check(Rules rules) {
        if (job == null && upload == null) {
            rules.broken("", "required", "give a job (and its checkpoint) or an upload");
        }
        if (job != null && upload != null) {
            rules.broken("upload", "exclusive", "give either a job or an upload, not both");
        }
    }
}
