package io.signalbox.server.job;

import io.signalbox.spec.JobSpec;
import io.signalbox.spec.Problem;
import java.util.List;

/** A rule of this server that a spec must keep beside those of the spec itself. */
public interface SpecRule {

    /** Adds what is broken. */
    void check(JobSpec spec, List<Problem> problems);
}
