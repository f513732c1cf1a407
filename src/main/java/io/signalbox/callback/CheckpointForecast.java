package io.signalbox.callback;

import io.signalbox.spec.CallbackSpec;
import io.signalbox.spec.JobSpec;
import io.signalbox.spec.Problem;
import io.signalbox.spec.schema.Binder;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How many checkpoints a job may come to have at a time. */
public final class CheckpointForecast {

    /** The final one, and one that is being written while the one that it replaces is still there. */
    public static final int LEAST = 2;

    /** Backups kept, at most, by whatever makes any. */
    private static final int BACKUPS = 2;

    private CheckpointForecast() {}

    /** The most; those saved only when they are best are counted as if each epoch were. */
    public static long most(JobSpec spec, int stepsPerEpoch) {
        long saved = LEAST;
        long kept = Long.MAX_VALUE;
        for (CallbackSpec callback : spec.callbacks()) {
            if (callback.type().equals("ModelCheckpoint")) {
                saved += saves(bind(callback, ModelCheckpoint.Params.class), spec.epochs(), stepsPerEpoch);
            } else if (callback.type().equals("CheckpointRetention")) {
                kept = Math.min(kept, keeps(bind(callback, CheckpointRetention.Params.class), spec.epochs()));
            } else if (callback.type().startsWith("Backup")) {
                saved += BACKUPS;
            }
        }
        return kept == Long.MAX_VALUE ? saved : Math.min(saved, kept + LEAST + BACKUPS);
    }

    private static long saves(ModelCheckpoint.Params params, int epochs, int stepsPerEpoch) {
        boolean one = !params.template().contains("{");
        if (one) {
            return 1;
        }
        return params.saveFreq() == null ? epochs : (long) epochs * stepsPerEpoch / params.saveFreq();
    }

    private static long keeps(CheckpointRetention.Params params, int epochs) {
        if (!params.keepsByRule()) {
            return Long.MAX_VALUE;
        }
        return orNone(params.keepLast())
                + orNone(params.keepBest())
                + (params.keepEvery() == null ? 0 : epochs / params.keepEvery());
    }

    private static long orNone(@Nullable Integer count) {
        return count == null ? 0 : count;
    }

    /** Of a checked spec, so that nothing is found. */
    private static <P extends Record> P bind(CallbackSpec callback, Class<P> type) {
        List<Problem> found = new ArrayList<>();
        return Objects.requireNonNull(Binder.bind(callback.params(), type, "", found), "parameters that were checked");
    }
}
