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
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The job's loop with all its callbacks and telemetry against bare loops in the same run, one thread: one that makes the same
 * native calls and nothing else, and one written with DJL's arrays as a user of DJL would, its optimizer included. Loops take
 * turns, and the best of each one's turns counts. Time is that of the thread's CPU, so that other work on the machine says
 * little.
 */
class TrainingStepBench {

    private static final int TURNS = 4;
    private static final long SECONDS = 4;
    private static final int CLASSES = 10;
    private static final double RATE = 0.001;
    private static final OptimizerSpec ADAM =
            new OptimizerSpec.Adam(RATE, List.of(0.9, 0.999), 1e-8, 0, false, null, null);

    private final Report report = new Report("training");

    @Test
    void mlp784x128x64x10InBatchesOf32(@TempDir Path folder) {
        compare(
                "MLP 784-128-64-10, batch 32",
                List.of(
                        new LayerSpec.Dense(128, true),
                        new LayerSpec.Relu(),
                        new LayerSpec.Dense(64, true),
                        new LayerSpec.Relu(),
                        new LayerSpec.Dense(CLASSES, true)),
                List.of(List.of(784), List.of(128), List.of(128), List.of(64), List.of(64), List.of(CLASSES)),
                32,
                12_800,
                new EagerDjl.Mlp(),
                folder);
    }

    @Test
    void cnnInBatchesOf64(@TempDir Path folder) {
        compare(
                "CNN 32c5-pool-64c5-pool-128-10, batch 64",
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
                List.of(
                        List.of(1, 28, 28),
                        List.of(32, 28, 28),
                        List.of(32, 28, 28),
                        List.of(32, 14, 14),
                        List.of(64, 10, 10),
                        List.of(64, 10, 10),
                        List.of(64, 5, 5),
                        List.of(1600),
                        List.of(128),
                        List.of(128),
                        List.of(CLASSES)),
                64,
                1_280,
                new EagerDjl.Cnn(),
                folder);
    }

    private void compare(
            String name,
            List<LayerSpec> layers,
            List<List<Integer>> shapes,
            int batchSize,
            int examples,
            EagerDjl.Forward forward,
            Path folder) {
        Workload workload = new Workload(layers, shapes, batchSize, examples);
        double full = Double.MAX_VALUE;
        double bare = Double.MAX_VALUE;
        double eager = Double.MAX_VALUE;
        for (int turn = 0; turn < TURNS; turn++) {
            bare = Math.min(bare, workload.bare());
            full = Math.min(full, workload.full(folder.resolve("turn-" + turn)));
            eager = Math.min(eager, workload.eager(forward));
        }
        report.line("%s, CPU time per step on one thread, best of %d turns of %d s:", name, TURNS, SECONDS);
        report.line("  job's loop, all callbacks and events  %7.1f us  %8.0f examples/s", full, batchSize * 1e6 / full);
        report.line("  bare loop, same native calls          %7.1f us  %8.0f examples/s", bare, batchSize * 1e6 / bare);
        report.line(
                "  bare loop, DJL arrays and adamUpdate  %7.1f us  %8.0f examples/s", eager, batchSize * 1e6 / eager);
        report.line(
                "  job's loop against the first %.3f (aim: 0.97), against the second %.2f", bare / full, eager / full);
    }

    /** One network and its data, trained in different ways; each answers microseconds of CPU time a step. */
    private static final class Workload {
        private final List<LayerSpec> layers;
        private final List<List<Integer>> shapes;
        private final int batchSize;
        private final Examples examples;
        private final Scale scale = new Scale(new float[] {0}, new float[] {1 / 255f});

        Workload(List<LayerSpec> layers, List<List<Integer>> shapes, int batchSize, int count) {
            this.layers = layers;
            this.shapes = shapes;
            this.batchSize = batchSize;
            this.examples = examples(shapes.get(0), count);
        }

        private int stepsPerEpoch() {
            return examples.count() / batchSize;
        }

        double bare() {
            try (PtNDManager manager = Torch.open(1)) {
                TrainingProgram.Design design = new TrainingProgram.Design(
                        Network.of(layers, Input.numbers(shapes.get(0)), 1, manager),
                        ExampleTensors.of(examples, manager),
                        null,
                        scale,
                        Objective.of(new LossSpec.CrossEntropy()),
                        List.of("accuracy"),
                        ADAM,
                        true,
                        1);
                try (TrainingProgram program = new TrainingProgram(design, manager)) {
                    Watch watch = new Watch();
                    long step = 0;
                    for (int epoch = 0; watch.goesOn(); epoch++) {
                        program.beginEpoch(epoch);
                        for (int batch = 0; batch < stepsPerEpoch(); batch++) {
                            program.update(batch * batchSize, batchSize, RATE, step++);
                        }
                    }
                    return watch.micros(step);
                }
            }
        }

        double full(Path folder) {
            Ticks ticks = new Ticks();
            List<Callback> callbacks = new ArrayList<>();
            callbacks.add(ticks);
            callbacks.addAll(new Callbacks()
                    .forRun(
                            List.of(
                                    callback("EarlyStopping", "{\"monitor\": \"loss\", \"patience\": 1000}"),
                                    callback("ReduceLROnPlateau", "{\"monitor\": \"loss\", \"patience\": 1000}"),
                                    callback("TerminateOnNaN", "{}"),
                                    callback("CSVLogger", "{}")),
                            new Callbacks.Surroundings(new Mailbox(), 10, null, System::nanoTime)));
            java.io.File directory = folder.toFile();
            if (!directory.mkdirs()) {
                throw new IllegalStateException("cannot make " + directory);
            }
            Training.run(new Training.Setup(
                    checked(),
                    new TrainingData(examples, null, scale, JsonNodeFactory.instance.objectNode(), "bench"),
                    callbacks,
                    folder,
                    null,
                    null,
                    new Sink()));
            return ticks.micros;
        }

        double eager(EagerDjl.Forward forward) {
            try (PtNDManager manager = Torch.open(1)) {
                EagerDjl loop = new EagerDjl(
                        Network.of(layers, Input.numbers(shapes.get(0)), 1, manager), examples, batchSize, manager);
                Watch watch = new Watch();
                long step = 0;
                while (watch.goesOn()) {
                    for (int batch = 0; batch < stepsPerEpoch(); batch++) {
                        loop.step(forward, batch);
                        step++;
                    }
                }
                return watch.micros(step);
            }
        }

        private CheckedSpec checked() {
            JobSpec job = new JobSpec(
                    null,
                    null,
                    List.of(),
                    1L,
                    1_000_000,
                    batchSize,
                    new DataSpec("bench", null, null, null, null, false, true, "none"),
                    new ModelSpec.Sequential(layers),
                    new LossSpec.CrossEntropy(),
                    List.of(new MetricSpec.Accuracy()),
                    ADAM,
                    List.of(),
                    null,
                    new Resources(1, 0, null, null),
                    0,
                    0,
                    10);
            List<LayerSummary> summaries = shapes.stream()
                    .skip(1)
                    .map(shape -> new LayerSummary("", shape, 0))
                    .toList();
            return new CheckedSpec(
                    job,
                    Input.numbers(shapes.get(0)),
                    CLASSES,
                    List.of(),
                    layers,
                    summaries,
                    0,
                    examples.count(),
                    0,
                    stepsPerEpoch(),
                    0,
                    List.of());
        }

        private static Examples examples(List<Integer> shape, int count) {
            SplittableRandom random = new SplittableRandom(1);
            int width = shape.stream().reduce(1, (a, b) -> a * b);
            ByteBuffer features = ByteBuffer.allocateDirect(count * width);
            ByteBuffer target = ByteBuffer.allocateDirect(count * Long.BYTES).order(ByteOrder.nativeOrder());
            for (int i = 0; i < count; i++) {
                int label = random.nextInt(CLASSES);
                for (int j = 0; j < width; j++) {
                    features.put((byte) (random.nextInt(4) == 0 ? 20 * label + random.nextInt(50) : 0));
                }
                target.putLong(label);
            }
            return new Examples(
                    count, shape, ElementType.UINT8, features.rewind(), ElementType.INT64, 1, target.rewind());
        }

        private static CallbackSpec callback(String type, String params) {
            return new CallbackSpec(
                    type, type.toLowerCase(Locale.ROOT), (ObjectNode) new JsonMapper().readTree(params));
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

    /** Stops a run after its time and measures it from the first batch to the end of the last epoch. */
    private static final class Ticks implements Callback {
        private Watch watch;
        private double micros;

        @Override
        public String name() {
            return "ticks";
        }

        @Override
        public void onEpochBegin(int epoch, Run run) {
            if (epoch == 0) {
                watch = new Watch();
            }
        }

        @Override
        public void onEpochEnd(int epoch, Logs logs, Run run) {
            if (!Objects.requireNonNull(watch).goesOn()) {
                micros = watch.micros(run.step());
                run.stop(new io.signalbox.callback.StopRequest(
                        io.signalbox.event.Outcome.FINISHED, "time is over", name(), false, null, false));
            }
        }
    }

    /** CPU time of the thread that made it. */
    private static final class Watch {
        private final long wallBegin = System.nanoTime();
        private final long cpuBegin = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();

        boolean goesOn() {
            return System.nanoTime() - wallBegin < SECONDS * 1_000_000_000L;
        }

        double micros(long steps) {
            return (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - cpuBegin) / 1e3 / steps;
        }
    }
}
