package io.signalbox.callback;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Backs up a run whose spec has no {@link BackupAndRestore}: after an epoch, but not after each of many short ones, and now
 * and then in the middle of a long one. A backup costs training a pause, a crash costs what was trained since the last.
 */
final class BackupByTime implements Callback {

    static final String NAME = "Backup";

    private static final long BETWEEN_EPOCHS = Duration.ofSeconds(5).toNanos();
    private static final long WITHIN_EPOCH = Duration.ofMinutes(10).toNanos();

    /** The newest may be damaged by the very crash that it is for. */
    private static final int KEPT = 2;

    private final LongSupplier nanoClock;
    private boolean none;
    private long last;

    BackupByTime(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void onTrainBegin(Run run) {
        none = true;
        last = nanoClock.getAsLong();
    }

    @Override
    public void onTrainBatchEnd(int batch, Logs logs, Run run) {
        backUpAfter(WITHIN_EPOCH, run);
    }

    @Override
    public void onEpochEnd(int epoch, Logs logs, Run run) {
        backUpAfter(none ? 0 : BETWEEN_EPOCHS, run);
    }

    @Override
    public String explain(Run run) {
        return "backs up after an epoch, at most every 5 seconds, and every 10 minutes within one";
    }

    private void backUpAfter(long nanos, Run run) {
        long now = nanoClock.getAsLong();
        if (now - last >= nanos) {
            none = false;
            last = now;
            run.backUp(KEPT, NAME);
        }
    }

    @Override
    public void onTrainEnd(Logs logs, Run run) {
        run.removeBackups();
    }
}
