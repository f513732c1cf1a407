package io.signalbox.engine.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.pytorch.engine.PtNDManager;
import io.signalbox.data.Examples;
import io.signalbox.data.Examples.ElementType;
import io.signalbox.data.TrainingData.Scale;
import io.signalbox.engine.batch.ExampleTensors;
import io.signalbox.engine.loss.Objective;
import io.signalbox.engine.network.Network;
import io.signalbox.engine.torch.Torch;
import io.signalbox.spec.LossSpec;
import io.signalbox.spec.OptimizerSpec;
import io.signalbox.spec.model.Input;
import io.signalbox.spec.model.LayerSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TrainingProgramTest {

    private static final int EXAMPLES = 40;
    private static final int FEATURES = 5;
    private static final int OUTPUTS = 3;
    private static final int BATCH = 8;
    private static final double RATE = 0.01;

    static Stream<LossSpec> losses() {
        return Stream.of(new LossSpec.CrossEntropy(), new LossSpec.BceWithLogits(), new LossSpec.Mse());
    }

    @ParameterizedTest
    @MethodSource("losses")
    void trainsToTheSameWeightsUnderGarbageCollection(LossSpec loss) {
        List<float[]> calm = new ArrayList<>();
        run(loss, (program, network) -> steps(program, network, 50, calm));

        List<float[]> collected = new ArrayList<>();
        run(loss, (program, network) -> whileGarbageIsCollected(() -> steps(program, network, 50, collected)));

        assertThat(collected).usingRecursiveComparison().isEqualTo(calm);
    }

    private static void whileGarbageIsCollected(Runnable work) {
        AtomicBoolean over = new AtomicBoolean();
        Thread collector = new Thread(() -> {
            while (!over.get()) {
                System.gc();
            }
        });
        collector.start();
        try {
            work.run();
        } finally {
            over.set(true);
        }
    }

    private static void steps(TrainingProgram program, Network network, int steps, List<float[]> weights) {
        for (int step = 0; step < steps; step++) {
            program.update(step * BATCH % EXAMPLES, BATCH, RATE, step);
        }
        network.parameters()
                .forEach(named -> weights.add(named.tensor().content().floats()));
    }

    @Test
    void takesNoMoreMemoryTheLongerItTrains() {
        assumeTrue(Files.isReadable(Path.of("/proc/self/statm")), "the resident size is read as Linux tells it");
        run(new LossSpec.CrossEntropy(), (program, network) -> {
            List<float[]> ignored = new ArrayList<>();
            steps(program, network, 1_000, ignored);
            long before = residentPages();
            steps(program, network, 5_000, ignored);
            long bytesAPage = 4096;
            // A step makes some fifty tensors: left behind they would be more than 100 MB.
            assertThat((residentPages() - before) * bytesAPage).isLessThan(16 << 20);
        });
    }

    private static long residentPages() {
        try {
            return Long.parseLong(Files.readString(Path.of("/proc/self/statm")).split(" ")[1]);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    static Stream<Arguments> optimizersThatDifferInMomentum() {
        return Stream.of(
                Arguments.of(sgd(0.9), sgd(0.5)), Arguments.of(adam(List.of(0.9, 0.999)), adam(List.of(0.5, 0.999))));
    }

    @ParameterizedTest
    @MethodSource("optimizersThatDifferInMomentum")
    void aMomentumThatIsSetTakesTheOptimizersPlace(OptimizerSpec strong, OptimizerSpec weak) {
        List<float[]> moved = new ArrayList<>();
        run(new LossSpec.Mse(), strong, (program, network) -> {
            program.momentum(0.5);
            steps(program, network, 20, moved);
        });

        List<float[]> expected = new ArrayList<>();
        run(new LossSpec.Mse(), weak, (program, network) -> steps(program, network, 20, expected));
        List<float[]> unmoved = new ArrayList<>();
        run(new LossSpec.Mse(), strong, (program, network) -> steps(program, network, 20, unmoved));
        assertThat(moved).usingRecursiveComparison().isEqualTo(expected).isNotEqualTo(unmoved);
    }

    private static OptimizerSpec sgd(double momentum) {
        return new OptimizerSpec.Sgd(RATE, momentum, 0, false, 0, null, null);
    }

    private static OptimizerSpec adam(List<Double> betas) {
        return new OptimizerSpec.Adam(RATE, betas, 1e-8, 0.01, true, 1.0, 0.5);
    }

    private static void run(LossSpec loss, BiConsumer<TrainingProgram, Network> work) {
        run(loss, adam(List.of(0.9, 0.999)), work);
    }

    private static void run(LossSpec loss, OptimizerSpec optimizer, BiConsumer<TrainingProgram, Network> work) {
        try (PtNDManager manager = Torch.open(1)) {
            Network network = Network.of(
                    List.of(
                            new LayerSpec.Dense(16, true),
                            new LayerSpec.BatchNorm(1e-5, 0.1),
                            new LayerSpec.Gelu(),
                            new LayerSpec.Dropout(0.2),
                            new LayerSpec.Dense(OUTPUTS, true)),
                    Input.numbers(FEATURES),
                    1,
                    manager);
            TrainingProgram.Design design = new TrainingProgram.Design(
                    network,
                    ExampleTensors.of(examples(loss), manager),
                    null,
                    new Scale(new float[] {0}, new float[] {1}),
                    Objective.of(loss),
                    List.of(),
                    optimizer,
                    true,
                    1);
            try (TrainingProgram program = new TrainingProgram(design, manager)) {
                program.beginEpoch(0);
                work.accept(program, network);
            }
        }
    }

    private static Examples examples(LossSpec loss) {
        SplittableRandom random = new SplittableRandom(1);
        boolean classes = loss instanceof LossSpec.CrossEntropy;
        ByteBuffer x = direct(EXAMPLES * FEATURES * Float.BYTES);
        ByteBuffer y = direct(EXAMPLES * (classes ? Long.BYTES : OUTPUTS * Float.BYTES));
        while (x.hasRemaining()) {
            x.putFloat((float) random.nextDouble(-1, 1));
        }
        while (y.hasRemaining()) {
            if (classes) {
                y.putLong(random.nextInt(OUTPUTS));
            } else {
                y.putFloat(random.nextInt(2));
            }
        }
        return new Examples(
                EXAMPLES,
                List.of(FEATURES),
                ElementType.FLOAT32,
                x.rewind(),
                classes ? ElementType.INT64 : ElementType.FLOAT32,
                classes ? 1 : OUTPUTS,
                y.rewind());
    }

    private static ByteBuffer direct(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }
}
