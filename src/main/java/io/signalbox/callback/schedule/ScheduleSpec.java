package io.signalbox.callback.schedule;

import io.signalbox.spec.schema.Constrained.Rules;
import io.signalbox.spec.schema.OrText;

/**
 * The schedules that a spec can name. Each has the formula of one schedule of PyTorch, Keras or transformers, and its
 * arguments; where a length is left out it is the rest of the job.
 */
@OrText("expression")
public sealed interface ScheduleSpec extends Schedule
        permits Constant,
                Step,
                MultiStep,
                PiecewiseConstant,
                Exponential,
                InverseTime,
                Polynomial,
                Linear,
                Cosine,
                CosineRestarts,
                InverseSqrt,
                OneCycle,
                Cyclic,
                Sequence,
                Expression,
                CosineHardRestarts,
                CosineDecay,
                CosineDecayRestarts,
                ExponentialDecay,
                PolynomialDecay {

    /** What a schedule's time counts, for people. */
    String TIME = "epochs, or steps with by: step";

    /** Longest that a schedule's arguments can span, in epochs or updates. */
    int LONGEST = 1_000_000_000;

    /** Highest rate that may be asked for. */
    int HIGHEST = 1000;

    /** Whether it moves the momentum too. */
    default boolean movesMomentum() {
        return false;
    }

    /** Whether the rate hangs on the one before, so that none can be told without all before it. */
    default boolean recurs() {
        return false;
    }

    /** Tells what is allowed but probably not meant. */
    default void doubt(Rules doubts) {}
}
