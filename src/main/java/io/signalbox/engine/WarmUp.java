package io.signalbox.engine;

import ai.djl.pytorch.engine.PtNDManager;
import io.signalbox.data.Examples;
import io.signalbox.data.Examples.ElementType;
import io.signalbox.data.TrainingData.Scale;
import io.signalbox.engine.batch.ExampleTensors;
import io.signalbox.engine.loss.Objective;
import io.signalbox.engine.network.Network;
import io.signalbox.engine.program.TrainingProgram;
import io.signalbox.engine.torch.Torch;
import io.signalbox.spec.LossSpec;
import io.signalbox.spec.OptimizerSpec;
import io.signalbox.spec.model.Input;
import io.signalbox.spec.model.LayerSpec;
import java.nio.ByteBuffer;
import java.util.List;

/** Trains a toy for a moment: loads PyTorch, its convolution library and the Java classes that a job needs. */
final class WarmUp {

    private static final int STEPS = 10;
    private static final int EXAMPLES = 8;
    private static final int SIDE = 8;
    private static final int CLASSES = 2;
    private static final double RATE = 0.001;

    private WarmUp() {}

    static void run(int threads) {
        try (PtNDManager manager = Torch.open(threads)) {
            Network network = Network.of(
                    List.of(
                            new LayerSpec.Conv2d(CLASSES, 1, 1, 0, true),
                            new LayerSpec.BatchNorm(1e-5, 0.1),
                            new LayerSpec.Relu(),
                            new LayerSpec.Flatten(),
                            new LayerSpec.Dense(CLASSES, true)),
                    Input.numbers(1, SIDE, SIDE),
                    0,
                    manager);
            ExampleTensors examples = ExampleTensors.of(examples(), manager);
            TrainingProgram.Design design = new TrainingProgram.Design(
                    network,
                    examples,
                    examples,
                    new Scale(new float[] {0}, new float[] {1}),
                    Objective.of(new LossSpec.CrossEntropy()),
                    List.of("accuracy"),
                    new OptimizerSpec.Adam(RATE, List.of(0.9, 0.999), 1e-8, 0, false, null, null),
                    true,
                    0);
            try (TrainingProgram program = new TrainingProgram(design, manager)) {
                program.beginEpoch(0);
                for (int step = 0; step < STEPS; step++) {
                    program.update(0, EXAMPLES, RATE, step);
                }
                program.test(0, EXAMPLES);
            }
        }
    }

    private static Examples examples() {
        return new Examples(
                EXAMPLES,
                List.of(1, SIDE, SIDE),
                ElementType.UINT8,
                ByteBuffer.allocateDirect(EXAMPLES * SIDE * SIDE),
                ElementType.INT64,
                1,
                ByteBuffer.allocateDirect(EXAMPLES * Long.BYTES));
    }
}
