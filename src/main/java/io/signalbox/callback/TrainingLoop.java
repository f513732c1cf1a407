package io.signalbox.callback;

import org.jspecify.annotations.Nullable;

/**
 * The one training loop, as the text in {@link Callback} tells it. It knows neither networks nor data: a {@link Work} does
 * the computing, on a real network or on a recorded history.
 */
public final class TrainingLoop {

    /** What the loop drives. Confined to the training thread. */
    public interface Work {

        /** Whether there is anything to train an epoch on: a recorded history may be shorter than its job. */
        default boolean has(int epoch) {
            return true;
        }

        /** Gets ready for the batches of an epoch: the order of the data, and metrics at zero unless {@code batch} > 0. */
        void beginEpoch(int epoch, int batch);

        /** Makes one update and answers the means of the metrics over the epoch so far. */
        Logs trainBatch(int batch);

        /** The training metrics of the epoch that was gone through, or of the part of it before a stop. */
        Logs trainLogs();

        /** Batches of the validation part; 0 for none. */
        int testBatches();

        /** Sets the validation metrics to zero. */
        void beginTest();

        /** Goes through one validation batch and answers the means so far, names without {@code val_}. */
        Logs testBatch(int batch);

        /** The validation metrics, names without {@code val_}. */
        Logs testLogs();

        /**
         * All callbacks have spoken: carries out what they asked for. Training goes on from {@code next}, also from a
         * checkpoint taken here.
         */
        void boundary(Position next);

        /** Training is held at a boundary: carries out what is asked for there, and waits until it is done. */
        default void held(Position next) {
            boundary(next);
        }

        /** The logs of the newest epoch that has ended, in this run or in the one that it goes on from. */
        default Logs lastLogs() {
            return new Logs();
        }

        /** Training is over, train-end hooks come next: keeps what training could go on from. */
        void beforeTrainEnd(@Nullable StopRequest stop);

        /** Training ends by an error: calls {@link CallbackList#onException}, and must not throw. */
        default void failed(RuntimeException error, CallbackList callbacks) {
            callbacks.onException(error);
        }
    }

    /** Where in the data training stands: the next batch of an epoch, both from 0. */
    public record Position(int epoch, int batch) {

        public static final Position START = new Position(0, 0);
    }

    private final Work work;
    private final Run run;
    private final CallbackList callbacks;

    public TrainingLoop(Work work, Run run, CallbackList callbacks) {
        this.work = work;
        this.run = run;
        this.callbacks = callbacks;
    }

    /**
     * Trains from a position to the end or to a stop. {@link CallbackList#onTrainBegin}, and restoring the callbacks'
     * states, is the caller's, before.
     *
     * @return epochs whose end was reached, those before {@code from} included
     */
    public int run(Position from) {
        try {
            return train(from);
        } catch (RuntimeException e) {
            work.failed(e, callbacks);
            throw e;
        }
    }

    private int train(Position from) {
        Logs logs = work.lastLogs();
        int batch = from.batch();
        int epoch = from.epoch();
        hold(from);
        // A run that was killed while it stopped in the middle of an epoch still comes to that epoch's end.
        while (epoch < run.epochs() && work.has(epoch) && (run.stopRequest() == null || batch > 0)) {
            work.beginEpoch(epoch, batch);
            run.learningRate().beginEpoch(epoch);
            if (batch == 0) {
                callbacks.onEpochBegin(epoch);
            }
            trainBatches(epoch, batch);
            if (aborted()) {
                return epoch;
            }
            logs = work.trainLogs();
            if (work.testBatches() > 0) {
                for (var entry : test().toMap().entrySet()) {
                    logs.put("val_" + entry.getKey(), entry.getValue());
                }
            }
            callbacks.onEpochEnd(epoch, logs);
            epoch++;
            batch = 0;
            boundary(new Position(epoch, 0));
        }
        if (!aborted()) {
            work.beforeTrainEnd(run.stopRequest());
            callbacks.onTrainEnd(logs);
        }
        return epoch;
    }

    private void trainBatches(int epoch, int from) {
        for (int batch = from; batch < run.stepsPerEpoch() && run.stopRequest() == null; batch++) {
            callbacks.onTrainBatchBegin(batch);
            Logs logs = work.trainBatch(batch);
            callbacks.onTrainBatchEnd(batch, logs);
            boundary(new Position(epoch, batch + 1));
        }
    }

    private void boundary(Position next) {
        work.boundary(next);
        hold(next);
    }

    private void hold(Position next) {
        while (callbacks.hold()) {
            work.held(next);
        }
    }

    private Logs test() {
        work.beginTest();
        callbacks.onTestBegin();
        for (int batch = 0; batch < work.testBatches() && !aborted(); batch++) {
            callbacks.onTestBatchBegin(batch);
            callbacks.onTestBatchEnd(batch, work.testBatch(batch));
        }
        Logs logs = work.testLogs();
        callbacks.onTestEnd(logs);
        return logs;
    }

    private boolean aborted() {
        StopRequest stop = run.stopRequest();
        return stop != null && stop.abort();
    }
}
