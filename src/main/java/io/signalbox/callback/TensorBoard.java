package io.signalbox.callback;

import io.signalbox.event.EventDetail.CallbackActed;
import io.signalbox.spec.schema.Constrained;
import io.signalbox.spec.schema.Described;
import io.signalbox.spec.schema.Param;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes metrics for TensorBoard, as {@code keras.callbacks.TensorBoard} does and under its names: {@code epoch_loss} in
 * {@code train} and {@code validation}, by epoch; {@code batch_loss} in {@code train} and {@code
 * evaluation_loss_vs_iterations} in {@code validation}, by step. Scalars only; what else Keras writes is refused. A file that
 * cannot be written is a warning.
 */
final class TensorBoard implements Callback {

    private static final String FOLDER = "tensorboard";
    private static final String VALIDATION = "val_";
    private static final double NANOS = 1e9;

    /** Keras' arguments, with defaults that ask for nothing but scalars. */
    @Described(
            "Writes metrics for TensorBoard into the job's folder: tensorboard --logdir jobs/12/tensorboard shows them")
    record Params(
            @Param(value = "Taken as Keras takes it; files lie in tensorboard/ in the job's folder", maxLength = 200)
            @Nullable
            String logDir,

            @Param(
                    value = "Batches between two points of the batch curves, batch for each, or epoch for none",
                    unit = "batches",
                    min = 1,
                    max = 1_000_000_000,
                    orWord = "epoch",
                    wordForOne = "batch")
            @Nullable
            Integer updateFreq,

            @Param(value = "Write how many steps are made in a second, too", defaultValue = "false")
            boolean writeStepsPerSecond,

            @Param(value = "Histograms are not written yet: 0 only", defaultValue = "0")
            int histogramFreq,

            @Param(value = "The graph is not written yet: false only", defaultValue = "false")
            boolean writeGraph,

            @Param(value = "Images are not written yet: false only", defaultValue = "false")
            boolean writeImages,

            @Param(value = "Nothing is profiled: 0 only", defaultValue = "0")
            int profileBatch,

            @Param(value = "Embeddings are not written yet: 0 only", defaultValue = "0")
            int embeddingsFreq)
            implements Constrained {

        @Override
        public void check(Rules rules) {
            refuse(rules, "histogram_freq", histogramFreq != 0);
            refuse(rules, "write_graph", writeGraph);
            refuse(rules, "write_images", writeImages);
            refuse(rules, "profile_batch", profileBatch != 0);
            refuse(rules, "embeddings_freq", embeddingsFreq != 0);
        }

        private static void refuse(Rules rules, String name, boolean asked) {
            if (asked) {
                rules.broken(name, "unsupported", "is not written yet, only scalars are; leave it out");
            }
        }
    }

    private final String name;
    private final Params params;
    private final InstantSource clock;
    private final EventFiles train;
    private final EventFiles validation;
    private boolean failing;
    private Instant epochBegin = Instant.EPOCH;
    private Instant batchBegin = Instant.EPOCH;
    private long stepAtEpochBegin;

    TensorBoard(String name, Params params) {
        this(name, params, InstantSource.system());
    }

    TensorBoard(String name, Params params, InstantSource clock) {
        this.name = name;
        this.params = params;
        this.clock = clock;
        this.train = new EventFiles(FOLDER + "/train", name);
        this.validation = new EventFiles(FOLDER + "/validation", name);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void onTrainBegin(Run run) {
        failing = false;
        train.reset();
        validation.reset();
        beginEpoch(run);
    }

    @Override
    public void onEpochBegin(int epoch, Run run) {
        beginEpoch(run);
    }

    private void beginEpoch(Run run) {
        epochBegin = clock.instant();
        stepAtEpochBegin = run.step();
    }

    @Override
    public void onTrainBatchBegin(int batch, Run run) {
        batchBegin = clock.instant();
    }

    @Override
    public void onTrainBatchEnd(int batch, Logs logs, Run run) {
        if (params.updateFreq() != null && run.step() % params.updateFreq() == 0) {
            Map<String, Double> points = new LinkedHashMap<>();
            if (params.writeStepsPerSecond()) {
                points.put("batch_steps_per_second", perSecond(1, batchBegin));
            }
            logs.toMap().forEach((metric, value) -> points.put("batch_" + metric, value));
            write(train, run.step(), points, run);
        }
    }

    @Override
    public void onTestEnd(Logs logs, Run run) {
        Map<String, Double> points = new LinkedHashMap<>();
        logs.toMap().forEach((metric, value) -> points.put("evaluation_" + metric + "_vs_iterations", value));
        write(validation, run.step(), points, run);
    }

    @Override
    public void onEpochEnd(int epoch, Logs logs, Run run) {
        Map<String, Double> training = new LinkedHashMap<>();
        Map<String, Double> validating = new LinkedHashMap<>();
        logs.toMap().forEach((metric, value) -> {
            if (metric.startsWith(VALIDATION)) {
                validating.put("epoch_" + metric.substring(VALIDATION.length()), value);
            } else {
                training.put("epoch_" + metric, value);
            }
        });
        training.put("epoch_" + LearningRateScheduler.LOGGED, run.learningRate().value());
        if (params.writeStepsPerSecond()) {
            training.put("epoch_steps_per_second", perSecond(run.step() - stepAtEpochBegin, epochBegin));
        }
        write(train, epoch, training, run);
        write(validation, epoch, validating, run);
    }

    private double perSecond(long steps, Instant since) {
        long nanos = Duration.between(since, clock.instant()).toNanos();
        return nanos > 0 ? steps / (nanos / NANOS) : 0;
    }

    /** The one place that files are written from: artifacts such as histograms go through here too. */
    private void write(EventFiles files, long step, Map<String, Double> points, Run run) {
        try {
            files.write(run.directory(), clock.instant(), step, points);
            failing = false;
        } catch (IOException e) {
            if (!failing) {
                run.emit(new CallbackActed(name, "warning", FOLDER + " could not be written: " + e));
            }
            failing = true;
        }
    }

    @Override
    public String explain(Run run) {
        return "writes epochs" + (params.updateFreq() == null ? "" : " and every " + params.updateFreq() + ". batch")
                + " to " + FOLDER + "/";
    }

    @Override
    public ObjectNode state() {
        ObjectNode state = Callback.super.state();
        train.keep(state.putObject("train"));
        validation.keep(state.putObject("validation"));
        return state;
    }

    @Override
    public void restore(ObjectNode state) {
        train.restore((ObjectNode) state.get("train"));
        validation.restore((ObjectNode) state.get("validation"));
    }
}
