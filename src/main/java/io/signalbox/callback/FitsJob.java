package io.signalbox.callback;

import io.signalbox.spec.schema.Constrained.Rules;

/** Parameters of a callback with rules that only the job at hand settles. */
interface FitsJob {

    /** Tells every broken rule; names are paths below the callback, such as {@code schedule/t_max}. */
    void check(JobFacts job, Rules rules);

    /** Tells what is allowed but probably not meant. */
    default void doubt(JobFacts job, Rules doubts) {}
}
