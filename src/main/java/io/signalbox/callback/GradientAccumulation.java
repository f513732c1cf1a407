package io.signalbox.callback;

import io.signalbox.spec.CallbackSpec;
import io.signalbox.spec.schema.Binder;
import io.signalbox.spec.schema.Constrained;
import io.signalbox.spec.schema.Described;
import io.signalbox.spec.schema.Param;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes each update of several batches, for the effect of a large batch in the memory of a small one, as Lightning's {@code
 * GradientAccumulationScheduler} does. The gradient is the mean over the examples of the group, as if it were one batch;
 * the last group of an epoch has the batches that are left.
 *
 * <p>To everything else the group is the batch: hooks are called, and steps, {@code save_freq} and {@code log_every} count,
 * once an update. So there is no checkpoint in the middle of a group, and going on from one is exact.
 */
final class GradientAccumulation implements Callback {

    private static final int MAX_BATCHES = 4096;

    /**
     * From an epoch on.
     *
     * @param epoch from 0
     * @param steps batches in an update
     */
    record Stage(
            @Param(value = "Epoch, from 0, from whose begin on it counts", unit = "epoch", min = 0, max = 1_000_000)
            int epoch,

            @Param(value = "Batches in one update", unit = "batches", min = 1, max = MAX_BATCHES)
            int steps) {}

    @Described("Makes each update of several batches: a larger batch without more memory")
    record Params(
            @Param(
                    value = "Batches in one update, until a stage of the schedule says otherwise",
                    unit = "batches",
                    defaultValue = "1",
                    min = 1,
                    max = MAX_BATCHES)
            int steps,

            @Param(value = "Batches in one update from certain epochs on, by rising epoch", maxItems = 100) @Nullable
            List<Stage> schedule)
            implements Constrained {

        @Override
        public void check(Rules rules) {
            List<Stage> stages = stages();
            for (int i = 1; i < stages.size(); i++) {
                if (stages.get(i).epoch() <= stages.get(i - 1).epoch()) {
                    rules.broken(
                            "schedule",
                            "schedule.order",
                            "epochs must rise: " + stages.get(i).epoch() + " comes after "
                                    + stages.get(i - 1).epoch());
                }
            }
            if (stages.isEmpty() && steps == 1) {
                rules.broken("steps", "range.min", "must be 2 or more, or a schedule be given: 1 changes nothing");
            }
        }

        List<Stage> stages() {
            return schedule == null ? List.of() : schedule;
        }

        int at(int epoch) {
            int batches = steps;
            for (Stage stage : stages()) {
                batches = epoch >= stage.epoch() ? stage.steps() : batches;
            }
            return batches;
        }
    }

    /** Updates in the first epoch of a job with these callbacks, where an epoch has so many batches. */
    static int updates(List<CallbackSpec> callbacks, int batches) {
        for (CallbackSpec callback : callbacks) {
            Params params = callback.type().equals("GradientAccumulation")
                    ? Binder.bind(callback.params(), Params.class, "", new ArrayList<>())
                    : null;
            if (params != null) {
                return (batches - 1) / params.at(0) + 1;
            }
        }
        return batches;
    }

    private final String name;
    private final Params params;

    GradientAccumulation(String name, Params params) {
        this.name = name;
        this.params = params;
    }

    @Override
    public String name() {
        return name;
    }

    /** Also in the middle of an epoch, when going on. */
    @Override
    public void onTrainBegin(Run run) {
        run.updates().accumulate(params.at(run.epoch()));
    }

    @Override
    public void onEpochBegin(int epoch, Run run) {
        run.updates().accumulate(params.at(epoch));
    }

    @Override
    public String explain(Run run) {
        int now = params.at(run.epoch());
        String next = params.stages().stream()
                .filter(stage -> stage.epoch() > run.epoch() && stage.epoch() < run.epochs())
                .findFirst()
                .map(stage -> "; " + stage.steps() + " from epoch " + stage.epoch() + " on")
                .orElse("");
        return "each update is of " + now + (now == 1 ? " batch" : " batches") + next;
    }
}
