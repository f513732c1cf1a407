package io.signalbox.server.worker;

import java.io.IOException;
import java.util.regex.Pattern;

/** Slurm did not do what it was asked for. */
final class SlurmException extends IOException {

    private static final long serialVersionUID = 1;

    /** What of its words say that it may go better later. */
    private static final Pattern PASSES = Pattern.compile(
            "(?i)unable to contact|timed out|timeout|temporarily|connection refused|connect failure|try again|unavailable"
                    + "|communication|MaxSubmit|slurm_load_jobs error: (Zero Bytes|Unexpected)|in standby");

    private static final int MOST_SAID = 300;

    private final boolean passes;

    SlurmException(String message, boolean passes) {
        super(message.substring(0, Math.min(message.length(), MOST_SAID)));
        this.passes = passes;
    }

    /** By what Slurm itself said of it. */
    static SlurmException of(String said) {
        return new SlurmException(said, PASSES.matcher(said).find());
    }

    /** Whether it may go better later: slurmctld is away, or too much was asked of it. */
    boolean passes() {
        return passes;
    }
}
