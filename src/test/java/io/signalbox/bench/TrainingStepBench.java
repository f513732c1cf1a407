package io.signalbox.bench;

import ai.djl.pytorch.engine.PtNDManager;
import io.signalbox.callback.Callback;
import io.signalbox.callback.Callbacks;
import io.signalbox.callback.Logs;
import io.signalbox.callback.Mailbox;
import io.signalbox.callback.Run;
import io.signalbox.data.Examples;
import io.signalbox.data.Examples.ElementType;
import io.signalbox.data.TrainingData;
import io.signalbox.data.TrainingData.Scale;
import io.signalbox.engine.Training;
import io.signalbox.engine.batch.ExampleTensors;
import io.signalbox.engine.loss.Objective;
import io.signalbox.engine.network.Network;
import io.signalbox.engine.program.TrainingProgram;
import io.signalbox.engine.torch.Torch;
import io.signalbox.event.Event;
import io.signalbox.event.EventDetail;
import io.signalbox.event.EventJson;
import io.signalbox.spec.CallbackSpec;
import io.signalbox.spec.CheckedSpec;
import io.signalbox.spec.CheckedSpec.LayerSummary;
import io.signalbox.spec.DataSpec;
import io.signalbox.spec.JobSpec;
import io.signalbox.spec.LossSpec;
import io.signalbox.spec.MetricSpec;
import io.signalbox.spec.OptimizerSpec;
import io.signalbox.spec.Resources;
import io.signalbox.spec.model.Input;
import io.signalbox.spec.model.LayerSpec;
import io.signalbox.spec.model.ModelSpec;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.IntBinaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The job's loop with all its callbacks and telemetry against bare loops in the same run, one thread: one that makes the same
 * native calls and nothing else, and one written with DJL's arrays as a user of DJL would, its optimizer included. The first
 * two take turns of a few steps each on the same thread, and the median of the ratios of all turns of an epoch counts:
 * whatever else the machine does both feel. Time is that of the thread's CPU. The README beside this class says how to measure PyTorch
 * on the same work.
 */
class TrainingStepBench {

    private static final int LEAST_TURNS = 12;
    private static final int STEPS_OF_A_TURN = 20;
    private static final double NANOS_PER_MICRO = 1e3;

    /**
     * Until the compiler has done with what is told every ten steps, which takes it some ten thousand events: a small network's loop
     * stands at 0.95 of the bare one in its first half minute, and at 0.97 to 0.98 from its third minute on.
     */
    private static final long WARM_UP_SECONDS = 120;

    private static final long SECONDS = 20;
    private static final int CLASSES = 10;
    private static final int VOCABULARY = 64;
    private static final int CONTEXT = 64;
    private static final int WIDTH = 128;
    private static final int BLOCKS = 4;
    private static final int HEADS = 4;
    private static final int LSTM_UNITS = 128;
    private static final int BYTES_OF_NUMBER = 8;
    private static final double RATE = 0.001;
    private static final OptimizerSpec ADAM =
            new OptimizerSpec.Adam(RATE, List.of(0.9, 0.999), 1e-8, 0, false, null, null);

    private final Report report = new Report("training");

    @Test
    void mlp784x128x64x10InBatchesOf32(@TempDir Path folder) {
        compare("MLP 784-128-64-10, batch 32", mlp(32), folder);
    }

    @Test
    void mlp784x128x64x10InBatchesOf128(@TempDir Path folder) {
        compare("MLP 784-128-64-10, batch 128", mlp(128), folder);
    }

    private static Work mlp(int batchSize) {
        return new Work(
                List.of(
                        new LayerSpec.Dense(128, true),
                        new LayerSpec.Relu(),
                        new LayerSpec.Dense(64, true),
                        new LayerSpec.Relu(),
                        new LayerSpec.Dense(CLASSES, true)),
                Input.numbers(List.of(784)),
                new LossSpec.CrossEntropy(),
                CLASSES,
                batchSize,
                images(List.of(784), 12_800),
                new EagerDjl.Mlp());
    }

    @Test
    void cnnInBatchesOf64(@TempDir Path folder) {
        Work work = new Work(
                List.of(
                        new LayerSpec.Conv2d(32, 5, 1, 2, true),
                        new LayerSpec.Relu(),
                        new LayerSpec.MaxPool2d(2, null, 0),
                        new LayerSpec.Conv2d(64, 5, 1, 0, true),
                        new LayerSpec.Relu(),
                        new LayerSpec.MaxPool2d(2, null, 0),
                        new LayerSpec.Flatten(),
                        new LayerSpec.Dense(128, true),
                        new LayerSpec.Relu(),
                        new LayerSpec.Dense(CLASSES, true)),
                Input.numbers(List.of(1, 28, 28)),
                new LossSpec.CrossEntropy(),
                CLASSES,
                64,
                images(List.of(1, 28, 28), 1_280),
                new EagerDjl.Cnn());
        compare("CNN 32c5-pool-64c5-pool-128-10, batch 64", work, folder);
    }

    @Test
    void tabular30x64x32x1InBatchesOf32(@TempDir Path folder) {
        Work work = new Work(
                List.of(
                        new LayerSpec.Dense(64, true),
                        new LayerSpec.Relu(),
                        new LayerSpec.Dense(32, true),
                        new LayerSpec.Relu(),
                        new LayerSpec.Dense(1, true)),
                Input.numbers(List.of(30)),
                new LossSpec.BceWithLogits(),
                1,
                32,
                rows(30, 32_000),
                new EagerDjl.Mlp());
        compare("tabular MLP 30-64-32-1, batch 32", work, folder);
    }

    @Test
    void characterLstmInBatchesOf32(@TempDir Path folder) {
        Work work = new Work(
                List.of(
                        new LayerSpec.Embedding(LSTM_UNITS / 2, VOCABULARY, null, null, 1),
                        new LayerSpec.Lstm(LSTM_UNITS, true),
                        new LayerSpec.Dense(VOCABULARY, true)),
                Input.tokens(CONTEXT, VOCABULARY),
                new LossSpec.CrossEntropy(),
                VOCABULARY,
                32,
                text(640),
                new EagerDjl.Lstm(LSTM_UNITS));
        compare("character LSTM 64-128, context 64, batch 32", work, folder);
    }

    @Test
    void gptInBatchesOf16(@TempDir Path folder) {
        List<LayerSpec> layers = new ArrayList<>();
        layers.add(new LayerSpec.Embedding(WIDTH, VOCABULARY, null, null, 1));
        layers.add(new LayerSpec.PositionalEncoding("learned"));
        for (int block = 0; block < BLOCKS; block++) {
            layers.add(new LayerSpec.Residual(
                    List.of(new LayerSpec.LayerNorm(1e-5), new LayerSpec.MultiHeadAttention(HEADS, 0, true))));
            layers.add(new LayerSpec.Residual(List.of(
                    new LayerSpec.LayerNorm(1e-5),
                    new LayerSpec.Dense(4 * WIDTH, true),
                    new LayerSpec.Gelu(),
                    new LayerSpec.Dense(WIDTH, true))));
        }
        layers.add(new LayerSpec.LayerNorm(1e-5));
        layers.add(new LayerSpec.Dense(VOCABULARY, true));
        Work work = new Work(
                layers,
                Input.tokens(CONTEXT, VOCABULARY),
                new LossSpec.CrossEntropy(),
                VOCABULARY,
                16,
                text(64),
                new EagerDjl.Gpt(BLOCKS, WIDTH, HEADS));
        compare("GPT of 4 layers, width 128, context 64, batch 16", work, folder);
    }

    private void compare(String name, Work work, Path folder) {
        try (PtNDManager manager = Torch.open(1);
                Bare bare = new Bare(work, manager)) {
            Turns turns = new Turns(bare, work.steps());
            train(work, turns, folder);
            Eager eager = new Eager(work, manager);
            List<Double> eagers = new ArrayList<>();
            for (int i = 0; i < LEAST_TURNS; i++) {
                eagers.add(eager.epoch() / work.steps());
            }
            tell(name, work.batchSize(), turns, Report.median(eagers));
        }
    }

    private void tell(String name, int batchSize, Turns turns, double eager) {
        double full = Report.median(turns.full);
        double bare = Report.median(turns.bares);
        report.line("%s, CPU time per step on one thread, median of %d epochs:", name, turns.full.size());
        report.line("  job's loop, all callbacks and events  %8.1f us  %8.0f examples/s", full, batchSize * 1e6 / full);
        report.line("  bare loop, same native calls          %8.1f us  %8.0f examples/s", bare, batchSize * 1e6 / bare);
        report.line(
                "  bare loop, DJL arrays and adamUpdate  %8.1f us  %8.0f examples/s", eager, batchSize * 1e6 / eager);
        double[] ratios = ratios(turns.bares, turns.full);
        report.line(
                "  job's loop against the first %.3f (quartiles %.3f and %.3f; aim: 0.97), against the second %.2f",
                ratios[ratios.length / 2], ratios[ratios.length / 4], ratios[ratios.length * 3 / 4], eager / full);
    }

    private static double[] ratios(List<Double> one, List<Double> other) {
        double[] ratios = new double[one.size()];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = one.get(i) / other.get(i);
        }
        java.util.Arrays.sort(ratios);
        return ratios;
    }

    /** Trains as a job does, with the turns of the other loops in between. */
    private static void train(Work work, Turns turns, Path folder) {
        List<Callback> callbacks = new ArrayList<>();
        callbacks.add(turns);
        callbacks.addAll(new Callbacks()
                .forRun(
                        List.of(
                                callback("EarlyStopping", "{\"monitor\": \"loss\", \"patience\": 1000}"),
                                callback("ReduceLROnPlateau", "{\"monitor\": \"loss\", \"patience\": 1000}"),
                                callback("TerminateOnNaN", "{}"),
                                callback("CSVLogger", "{}")),
                        new Callbacks.Surroundings(new Mailbox(), 10, null, System::nanoTime)));
        Training.run(new Training.Setup(
                work.checked(),
                new TrainingData(work.examples(), null, work.scale(), JsonNodeFactory.instance.objectNode(), "bench"),
                callbacks,
                folder,
                null,
                null,
                new Sink()));
    }

    private static CallbackSpec callback(String type, String params) {
        return new CallbackSpec(type, type.toLowerCase(Locale.ROOT), (ObjectNode) new JsonMapper().readTree(params));
    }

    /** Images of bytes, each class brighter than the one before. */
    private static Examples images(List<Integer> shape, int count) {
        SplittableRandom random = new SplittableRandom(1);
        int width = shape.stream().reduce(1, (a, b) -> a * b);
        ByteBuffer features = ByteBuffer.allocateDirect(count * width);
        ByteBuffer target = numbers(count);
        for (int i = 0; i < count; i++) {
            int label = random.nextInt(CLASSES);
            for (int j = 0; j < width; j++) {
                features.put((byte) (random.nextInt(4) == 0 ? 20 * label + random.nextInt(50) : 0));
            }
            target.putLong(label);
        }
        return new Examples(count, shape, ElementType.UINT8, features.rewind(), ElementType.INT64, 1, target.rewind());
    }

    /** Rows whose sum tells the label. */
    private static Examples rows(int width, int count) {
        SplittableRandom random = new SplittableRandom(1);
        ByteBuffer features =
                ByteBuffer.allocateDirect(count * width * Float.BYTES).order(ByteOrder.nativeOrder());
        ByteBuffer target = ByteBuffer.allocateDirect(count * Float.BYTES).order(ByteOrder.nativeOrder());
        for (int i = 0; i < count; i++) {
            float sum = 0;
            for (int j = 0; j < width; j++) {
                float value = (float) random.nextDouble(-1, 1);
                sum += value;
                features.putFloat(value);
            }
            target.putFloat(sum > 0 ? 1 : 0);
        }
        return new Examples(
                count, List.of(width), ElementType.FLOAT32, features.rewind(), ElementType.FLOAT32, 1, target.rewind());
    }

    /** Windows in which each token follows from the one before. */
    private static Examples text(int count) {
        IntBinaryOperator token = (row, place) -> (row * 7 + place * 5) % VOCABULARY;
        ByteBuffer features = numbers(count * CONTEXT);
        ByteBuffer target = numbers(count * CONTEXT);
        for (int row = 0; row < count; row++) {
            for (int place = 0; place < CONTEXT; place++) {
                features.putLong(token.applyAsInt(row, place));
                target.putLong(token.applyAsInt(row, place + 1));
            }
        }
        return new Examples(
                count,
                List.of(CONTEXT),
                ElementType.INT64,
                features.rewind(),
                ElementType.INT64,
                CONTEXT,
                target.rewind());
    }

    private static ByteBuffer numbers(int count) {
        return ByteBuffer.allocateDirect(count * BYTES_OF_NUMBER).order(ByteOrder.nativeOrder());
    }

    /** What is trained, on what. */
    private record Work(
            List<LayerSpec> layers,
            Input input,
            LossSpec loss,
            int outputs,
            int batchSize,
            Examples examples,
            EagerDjl.Forward forward) {

        /** Bytes become shares of their largest; the rest is as the network sees it. */
        Scale scale() {
            float factor = examples.type() == ElementType.UINT8 ? 1 / 255f : 1;
            return new Scale(new float[] {0}, new float[] {factor});
        }

        int steps() {
            return examples.count() / batchSize;
        }

        Network network(PtNDManager manager) {
            return Network.of(layers, input, 1, manager);
        }

        CheckedSpec checked() {
            JobSpec job = new JobSpec(
                    null,
                    null,
                    List.of(),
                    1L,
                    1_000_000,
                    batchSize,
                    new DataSpec("bench", null, null, null, null, false, true, "none"),
                    new ModelSpec.Sequential(layers),
                    loss,
                    List.of(new MetricSpec.Accuracy()),
                    ADAM,
                    "float32",
                    List.of(),
                    null,
                    new Resources(1, 0, null, null),
                    0,
                    0,
                    10);
            io.signalbox.spec.model.Network network = io.signalbox.spec.model.Network.of(layers, input);
            List<LayerSummary> summaries = network.steps().stream()
                    .map(step -> new LayerSummary(step.name(), step.output(), step.parameters()))
                    .toList();
            return new CheckedSpec(
                    job, input, outputs, List.of(), layers, summaries, 0, examples.count(), 0, steps(), 0, List.of());
        }
    }

    private static long cpu() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    /** The native calls of the job's loop, and nothing else. */
    private static final class Bare implements AutoCloseable {
        private final Work work;
        private final TrainingProgram program;
        private int epoch;
        private int batch;
        private long step;

        Bare(Work work, PtNDManager manager) {
            this.work = work;
            this.program = new TrainingProgram(
                    new TrainingProgram.Design(
                            work.network(manager),
                            ExampleTensors.of(work.examples(), manager),
                            null,
                            work.scale(),
                            Objective.of(work.loss()),
                            List.of("accuracy"),
                            ADAM,
                            true,
                            1),
                    manager);
        }

        void beginEpoch() {
            program.beginEpoch(epoch++);
            batch = 0;
        }

        void steps(int count) {
            for (int i = 0; i < count; i++) {
                program.update(batch++ * work.batchSize(), work.batchSize(), RATE, step++);
            }
        }

        @Override
        public void close() {
            program.close();
        }
    }

    /** The same work with DJL's arrays. */
    private static final class Eager {
        private final Work work;
        private final EagerDjl loop;

        Eager(Work work, PtNDManager manager) {
            this.work = work;
            this.loop = new EagerDjl(work.network(manager), work.examples(), work.batchSize(), manager);
        }

        /** An epoch's microseconds of CPU. */
        double epoch() {
            long before = cpu();
            for (int batch = 0; batch < work.steps(); batch++) {
                loop.step(work.forward(), batch);
            }
            return (cpu() - before) / NANOS_PER_MICRO;
        }
    }

    /** Writes events as the trainer does, short of the disk. */
    private static final class Sink implements Training.Events {
        private long bytes;
        private long seq;

        @Override
        public void tell(Integer epoch, Long step, EventDetail detail) {
            bytes += EventJson.write(new Event(seq++, Instant.now(), 1, 1, epoch, step, detail))
                    .length();
        }
    }

    /** After every few steps of a job gives the bare loop as many; all times are microseconds of CPU a step, by epochs. */
    private static final class Turns implements Callback {
        private final Bare bare;
        private final int stepsPerEpoch;
        private final List<Double> full = new ArrayList<>();
        private final List<Double> bares = new ArrayList<>();
        private final long begin = System.nanoTime();
        private long own;
        private long other;
        private long resumed;

        Turns(Bare bare, int stepsPerEpoch) {
            this.bare = bare;
            this.stepsPerEpoch = stepsPerEpoch;
        }

        @Override
        public String name() {
            return "turns";
        }

        @Override
        public void onEpochBegin(int epoch, Run run) {
            pause(0);
            if (after(WARM_UP_SECONDS)) {
                full.add(own / NANOS_PER_MICRO / stepsPerEpoch);
                bares.add(other / NANOS_PER_MICRO / stepsPerEpoch);
            }
            own = 0;
            other = 0;
            bare.beginEpoch();
            resumed = cpu();
        }

        @Override
        public void onTrainBatchBegin(int batch, Run run) {
            if (batch > 0 && batch % STEPS_OF_A_TURN == 0) {
                pause(STEPS_OF_A_TURN);
            }
        }

        @Override
        public void onEpochEnd(int epoch, Logs logs, Run run) {
            pause(stepsPerEpoch - (stepsPerEpoch - 1) / STEPS_OF_A_TURN * STEPS_OF_A_TURN);
            if (full.size() >= LEAST_TURNS && after(WARM_UP_SECONDS + SECONDS)) {
                run.stop(new io.signalbox.callback.StopRequest(
                        io.signalbox.event.Outcome.FINISHED, "time is over", name(), false, null, false));
            }
        }

        private void pause(int steps) {
            long now = cpu();
            own += now - resumed;
            bare.steps(steps);
            resumed = cpu();
            other += resumed - now;
        }

        private boolean after(long seconds) {
            return System.nanoTime() - begin > TimeUnit.SECONDS.toNanos(seconds);
        }
    }
}
