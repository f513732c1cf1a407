package io.signalbox.callback;

import io.signalbox.event.EventDetail.BatchEnd;
import io.signalbox.event.EventDetail.EpochBegin;
import io.signalbox.event.EventDetail.EpochEnd;
import io.signalbox.event.EventDetail.TestEnd;
import java.util.function.LongSupplier;
import tools.jackson.databind.node.ObjectNode;

/**
 * Tells what training measures. Always on and last in the list, so that it sees what the others added. Batch logs are those
 * of the update alone, with the {@code learning_rate} that it was made with.
 */
final class History implements Callback {

    static final String NAME = "History";

    private static final double NANOS_PER_SECOND = 1e9;

    private final int logEvery;
    private final LongSupplier nanoClock;
    private final Stopwatch epochTime = new Stopwatch();
    private final Stopwatch trainingTime = new Stopwatch();
    private long examplesBefore;
    private double rateOfUpdate;

    /** @param logEvery steps between two batch events; 0 for none */
    History(int logEvery, LongSupplier nanoClock) {
        this.logEvery = logEvery;
        this.nanoClock = nanoClock;
    }

    /** Time spent in pieces, over the death of a process too. */
    private final class Stopwatch {

        private boolean running;
        private long since;
        private long before;

        void reset() {
            running = false;
            before = 0;
        }

        void start() {
            if (!running) {
                since = nanoClock.getAsLong();
                running = true;
            }
        }

        void stop() {
            before = nanos();
            running = false;
        }

        void skip(long nanos) {
            since += nanos;
        }

        long nanos() {
            return running ? before + nanoClock.getAsLong() - since : before;
        }
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void onTrainBegin(Run run) {
        beginEpoch(run);
    }

    @Override
    public void onEpochBegin(int epoch, Run run) {
        beginEpoch(run);
        run.emit(new EpochBegin());
    }

    private void beginEpoch(Run run) {
        epochTime.reset();
        trainingTime.reset();
        examplesBefore = run.examples();
    }

    @Override
    public void onTrainBatchBegin(int batch, Run run) {
        epochTime.start();
        trainingTime.start();
        rateOfUpdate = run.learningRate().value();
    }

    @Override
    public void onTrainBatchEnd(int batch, Logs logs, Run run) {
        if (logEvery > 0 && (run.step() - 1) % logEvery == 0) {
            Logs step = Logs.of(run.stepLogs().toMap());
            step.put(LearningRateScheduler.LOGGED, rateOfUpdate);
            run.emit(new BatchEnd(batch, step.toMap()));
        }
    }

    @Override
    public void onPaused(long nanos, Run run) {
        epochTime.skip(nanos);
        trainingTime.skip(nanos);
    }

    @Override
    public void onTestBegin(Run run) {
        trainingTime.stop();
    }

    @Override
    public void onTestEnd(Logs logs, Run run) {
        run.emit(new TestEnd(logs.toMap()));
    }

    @Override
    public void onEpochEnd(int epoch, Logs logs, Run run) {
        trainingTime.stop();
        epochTime.stop();
        double training = trainingTime.nanos() / NANOS_PER_SECOND;
        double throughput = training > 0 ? (run.examples() - examplesBefore) / training : 0;
        run.emit(new EpochEnd(logs.toMap(), epochTime.nanos() / NANOS_PER_SECOND, throughput));
    }

    @Override
    public ObjectNode state() {
        ObjectNode state = Callback.super.state();
        state.put("epoch_nanos", epochTime.nanos())
                .put("training_nanos", trainingTime.nanos())
                .put("examples_before", examplesBefore);
        return state;
    }

    @Override
    public void restore(ObjectNode state) {
        epochTime.before = state.get("epoch_nanos").asLong();
        trainingTime.before = state.get("training_nanos").asLong();
        examplesBefore = state.get("examples_before").asLong();
    }
}
