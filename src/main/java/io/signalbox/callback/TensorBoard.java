package io.signalbox.callback;

import io.signalbox.event.EventDetail.CallbackActed;
import io.signalbox.spec.schema.Binder;
import io.signalbox.spec.schema.Constrained;
import io.signalbox.spec.schema.Described;
import io.signalbox.spec.schema.Param;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes for TensorBoard what {@code keras.callbacks.TensorBoard} writes, under its names: {@code epoch_loss} in {@code train}
 * and {@code validation}, by epoch; {@code batch_loss} in {@code train} and {@code evaluation_loss_vs_iterations} in {@code
 * validation}, by step; and in {@code train}, by epoch, histograms and pictures of weights. Beside Keras' the job's arguments
 * for the HParams plugin, and the layer table as a text. A file that cannot be written is a warning.
 */
final class TensorBoard implements Callback {

    private static final String FOLDER = "tensorboard";
    private static final String VALIDATION = "val_";
    private static final double NANOS = 1e9;

    /** Parts of the spec. */
    private static final List<String> HPARAMS =
            List.of("seed", "epochs", "batch_size", "data", "model", "loss", "optimizer");

    /** TensorFlow's default. */
    private static final int BINS = 30;

    /** Keras' arguments and defaults. */
    @Described(
            "Writes metrics, histograms, pictures and the graph for TensorBoard into the job's folder, from where GET"
                    + " /jobs/12/tensorboard answers them as a zip")
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

            @Param(
                    value = "Epochs between two histograms of each weight tensor; 0 for none",
                    unit = "epochs",
                    defaultValue = "0",
                    min = 0,
                    max = 1_000_000)
            int histogramFreq,

            @Param(value = "Write the layers as a graph", defaultValue = "true")
            boolean writeGraph,

            @Param(value = "Write weights as pictures, too, as often as histogram_freq says", defaultValue = "false")
            boolean writeImages,

            @Param(value = "Nothing is profiled: 0 only", defaultValue = "0")
            int profileBatch,

            @Param(
                    value = "Epochs between two writings of embedding layers for the projector; 0 for none",
                    unit = "epochs",
                    defaultValue = "0",
                    min = 0,
                    max = 1_000_000)
            int embeddingsFreq)
            implements Constrained, FitsJob {

        @Override
        public void check(Rules rules) {
            if (profileBatch != 0) {
                rules.broken("profile_batch", "unsupported", "nothing is profiled; leave it out");
            }
        }

        @Override
        public void check(JobFacts job, Rules rules) {
            // There is something to write of every job.
        }

        @Override
        public void doubt(JobFacts job, Rules doubts) {
            if (writeImages && histogramFreq == 0) {
                doubts.broken(
                        "write_images", "argument.ignored", "writes nothing without histogram_freq: set that too");
            }
            if (embeddingsFreq > 0 && ProjectorFiles.parameters(job).isEmpty()) {
                doubts.broken("embeddings_freq", "argument.ignored", "writes nothing: there is no embedding layer");
            }
        }
    }

    private final String name;
    private final Params params;
    private final InstantSource clock;
    private final EventFiles train;
    private final EventFiles validation;
    private final EventFiles whole;
    private boolean described;
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
        this.whole = new EventFiles(FOLDER, name);
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
        whole.reset();
        described = false;
        beginEpoch(run);
    }

    @Override
    public void onEpochBegin(int epoch, Run run) {
        beginEpoch(run);
        if (!described) {
            described = true;
            describe(run);
        }
    }

    /** What does not change: not before the first epoch begins, for a run that goes on has told it already. */
    private void describe(Run run) {
        JobFacts job = run.insight().job();
        if (job == null) {
            return;
        }
        Instant now = clock.instant();
        write(whole, SummaryEvent.sessionStart(now, hparams(job)), run);
        if (params.writeGraph()) {
            write(train, SummaryEvent.graph(now, LayerGraph.of(job.layers())), run);
            write(train, SummaryEvent.text(now, 0, "model", LayerGraph.table(job.layers())), run);
        }
    }

    /** What people compare runs by: numbers and words of the spec, one within another joined by a dot. */
    private static Map<String, JsonNode> hparams(JobFacts job) {
        Map<String, JsonNode> hparams = new LinkedHashMap<>();
        ObjectNode spec = Binder.toJson(job.spec());
        for (String part : HPARAMS) {
            gather(part, spec.path(part), hparams);
        }
        return hparams;
    }

    private static void gather(String name, JsonNode value, Map<String, JsonNode> into) {
        if (value.isObject()) {
            value.properties().forEach(field -> gather(name + "." + field.getKey(), field.getValue(), into));
        } else if (value.isValueNode() && !value.isNull()) {
            into.put(name, value);
        }
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
        if (params.histogramFreq() > 0 && epoch % params.histogramFreq() == 0) {
            weights(epoch, run);
        }
        if (params.embeddingsFreq() > 0 && epoch % params.embeddingsFreq() == 0) {
            embeddings(run);
        }
    }

    private void weights(int epoch, Run run) {
        Instant now = clock.instant();
        run.insight().weights((tensor, shape, values) -> {
            write(train, SummaryEvent.histogram(now, epoch, tensor + "/histogram", Histogram.of(values, BINS)), run);
            String picture = params.writeImages() ? run.insight().weightPicture(tensor) : null;
            if (picture != null) {
                byte[] png = Base64.getDecoder().decode(picture);
                write(train, SummaryEvent.image(now, epoch, tensor + "/image", png), run);
            }
        });
    }

    private void embeddings(Run run) {
        JobFacts job = run.insight().job();
        if (job != null) {
            attempt(
                    run,
                    () -> ProjectorFiles.write(
                            run.directory().resolve(FOLDER), run.insight(), ProjectorFiles.parameters(job)));
        }
    }

    @Override
    public void onTrainEnd(Logs logs, Run run) {
        if (run.insight().job() != null) {
            write(whole, SummaryEvent.sessionEnd(clock.instant()), run);
        }
    }

    private double perSecond(long steps, Instant since) {
        long nanos = Duration.between(since, clock.instant()).toNanos();
        return nanos > 0 ? steps / (nanos / NANOS) : 0;
    }

    private void write(EventFiles files, long step, Map<String, Double> points, Run run) {
        if (!points.isEmpty()) {
            write(files, SummaryEvent.scalars(clock.instant(), step, points), run);
        }
    }

    private void write(EventFiles files, byte[] record, Run run) {
        attempt(run, () -> files.write(run.directory(), clock.instant(), record));
    }

    private interface Writing {
        void write() throws IOException;
    }

    /** The one place that files are written from. */
    private void attempt(Run run, Writing writing) {
        try {
            writing.write();
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
        whole.keep(state.putObject("whole"));
        return state.put("described", described);
    }

    @Override
    public void restore(ObjectNode state) {
        train.restore((ObjectNode) state.get("train"));
        validation.restore((ObjectNode) state.get("validation"));
        if (state.get("whole") instanceof ObjectNode kept) { // checkpoints of before know nothing of it
            whole.restore(kept);
        }
        described = state.path("described").asBoolean(true);
    }
}
