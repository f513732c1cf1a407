package io.signalbox.callback.replay;

import io.signalbox.callback.Callback;
import io.signalbox.callback.Logs;
import io.signalbox.callback.Run;
import org.jspecify.annotations.Nullable;

/** A callback whose failures say in which hook of which epoch they happened. */
final class Guarded implements Callback {

    private final Callback callback;

    Guarded(Callback callback) {
        this.callback = callback;
    }

    /** A callback failed. */
    static final class Failure extends RuntimeException {

        private static final long serialVersionUID = 1;

        private final transient ReplayResult.Failure told;

        private Failure(ReplayResult.Failure told, RuntimeException cause) {
            super(told.detail(), cause);
            this.told = told;
        }

        ReplayResult.Failure told() {
            return told;
        }
    }

    private void guard(String hook, @Nullable Integer epoch, Runnable call) {
        try {
            call.run();
        } catch (RuntimeException e) {
            String detail = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
            throw new Failure(new ReplayResult.Failure(name(), epoch, hook, detail), e);
        }
    }

    @Override
    public String name() {
        return callback.name();
    }

    @Override
    public void onTrainBegin(Run run) {
        guard("on_train_begin", null, () -> callback.onTrainBegin(run));
    }

    @Override
    public void onTrainEnd(Logs logs, Run run) {
        guard("on_train_end", run.epoch(), () -> callback.onTrainEnd(logs, run));
    }

    @Override
    public void onEpochBegin(int epoch, Run run) {
        guard("on_epoch_begin", epoch, () -> callback.onEpochBegin(epoch, run));
    }

    @Override
    public void onEpochEnd(int epoch, Logs logs, Run run) {
        guard("on_epoch_end", epoch, () -> callback.onEpochEnd(epoch, logs, run));
    }

    @Override
    public void onTrainBatchBegin(int batch, Run run) {
        guard("on_train_batch_begin", run.epoch(), () -> callback.onTrainBatchBegin(batch, run));
    }

    @Override
    public void onTrainBatchEnd(int batch, Logs logs, Run run) {
        guard("on_train_batch_end", run.epoch(), () -> callback.onTrainBatchEnd(batch, logs, run));
    }

    @Override
    public void onTestBegin(Run run) {
        guard("on_test_begin", run.epoch(), () -> callback.onTestBegin(run));
    }

    @Override
    public void onTestEnd(Logs logs, Run run) {
        guard("on_test_end", run.epoch(), () -> callback.onTestEnd(logs, run));
    }

    @Override
    public void onTestBatchBegin(int batch, Run run) {
        guard("on_test_batch_begin", run.epoch(), () -> callback.onTestBatchBegin(batch, run));
    }

    @Override
    public void onTestBatchEnd(int batch, Logs logs, Run run) {
        guard("on_test_batch_end", run.epoch(), () -> callback.onTestBatchEnd(batch, logs, run));
    }
}
