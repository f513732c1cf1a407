package io.signalbox.engine;

import static org.assertj.core.api.Assertions.assertThat;

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
import io.signalbox.spec.model.Input;
import io.signalbox.spec.model.ModelSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A small GPT that has learnt to count up and begin anew. */
class GeneratorTest {

    private static final int VOCABULARY = 7;
    private static final int CONTEXT = 8;
    private static final int EXAMPLES = 28;
    private static final int STEPS = 200;

    private static PtNDManager manager;
    private static Generator generator;
    private static double loss;
    private static double accuracy;

    @BeforeAll
    static void train() {
        manager = Torch.open(1);
        Input input = Input.tokens(CONTEXT, VOCABULARY);
        Network network = Network.of(new ModelSpec.Gpt(1, 2, 16, 0).layers(input, VOCABULARY), input, 1, manager);
        TrainingProgram.Design design = new TrainingProgram.Design(
                network,
                ExampleTensors.of(counting(), manager),
                null,
                new Scale(new float[] {0}, new float[] {1}),
                Objective.of(new LossSpec.CrossEntropy()),
                List.of("accuracy"),
                Jobs.ADAM,
                true,
                1);
        try (TrainingProgram program = new TrainingProgram(design, manager)) {
            program.beginEpoch(0);
            for (int step = 0; step < STEPS; step++) {
                program.update(0, EXAMPLES, 0.01, step);
            }
            loss = program.result(0);
            accuracy = program.result(1);
        }
        generator = new Generator(network, CONTEXT, manager);
    }

    @AfterAll
    static void close() {
        generator.close();
        manager.close();
    }

    private static Examples counting() {
        ByteBuffer tokens = longs();
        ByteBuffer next = longs();
        for (int i = 0; i < EXAMPLES * CONTEXT; i++) {
            int token = (i / CONTEXT + i % CONTEXT) % VOCABULARY;
            tokens.putLong(token);
            next.putLong((token + 1) % VOCABULARY);
        }
        return new Examples(
                EXAMPLES,
                List.of(CONTEXT),
                ElementType.INT64,
                tokens.rewind(),
                ElementType.INT64,
                CONTEXT,
                next.rewind());
    }

    private static ByteBuffer longs() {
        return ByteBuffer.allocateDirect(EXAMPLES * CONTEXT * Long.BYTES).order(ByteOrder.nativeOrder());
    }

    @Test
    void trainsOnAClassAtEachPosition() {
        assertThat(accuracy).isEqualTo(1);
        assertThat(loss).isLessThan(0.1);
    }

    @Test
    void goesOnWithWhatItHasLearntBeyondItsContext() {
        int[] made = generator.generate(new int[] {2, 3}, new Generator.Sampling(20, 0, 0, 1));
        assertThat(made).startsWith(4, 5, 6, 0, 1, 2).hasSize(20).endsWith(1, 2);
    }

    @Test
    void drawsTheSameBySeed() {
        Generator.Sampling wild = new Generator.Sampling(40, 5, 0, 11);
        int[] first = generator.generate(new int[] {0}, wild);
        assertThat(generator.generate(new int[] {0}, wild)).isEqualTo(first);
        assertThat(generator.generate(new int[] {0}, new Generator.Sampling(40, 5, 0, 12)))
                .isNotEqualTo(first);
    }

    @Test
    void drawsAmongTheHighestOnly() {
        assertThat(generator.generate(new int[] {2, 3}, new Generator.Sampling(20, 1000, 1, 1)))
                .isEqualTo(generator.generate(new int[] {2, 3}, new Generator.Sampling(20, 0, 0, 1)));
        assertThat(Arrays.stream(generator.generate(new int[] {0}, new Generator.Sampling(200, 1e6, 0, 1)))
                        .distinct()
                        .count())
                .as("tokens drawn at a temperature at which all are alike")
                .isEqualTo(VOCABULARY);
    }
}
