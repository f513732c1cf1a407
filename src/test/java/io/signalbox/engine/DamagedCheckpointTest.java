package io.signalbox.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.callback.Callback;
import io.signalbox.data.TrainingData;
import io.signalbox.event.EventDetail.Log;
import io.signalbox.event.EventDetail.TrainBegin;
import io.signalbox.spec.CheckedSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A checkpoint that the disk did not keep as it was is told of by name and passed over, and the end is the same. */
class DamagedCheckpointTest {

    private static final String NEWEST = "final";

    @TempDir
    Path folder;

    private final CheckedSpec spec = Jobs.cnn(3, 8, Jobs.ADAM, 24);
    private final TrainingData data = Jobs.images(24, 8, "aa");
    private final List<Jobs.Told> told = new ArrayList<>();
    private byte[] weights;

    @BeforeEach
    void trainWithAFullCheckpointAfterEachEpoch() throws IOException {
        train(null);
        weights = Files.readAllBytes(file("model.safetensors"));
        told.clear();
    }

    static Stream<Arguments> damages() {
        return Stream.of("model.safetensors", "optimizer.safetensors", "state.json", "manifest.json")
                .flatMap(file ->
                        Stream.of("truncated", "one bit flipped", "missing").map(damage -> Arguments.of(file, damage)));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("damages")
    void isPassedOverForTheOneBefore(String file, String damage) throws IOException {
        damage(file(file), damage);

        train(NEWEST);

        assertThat(Jobs.only(TrainBegin.class, told))
                .extracting(TrainBegin::resumedFrom)
                .containsExactly("e3");
        assertThat(Jobs.only(Log.class, told)).singleElement().satisfies(warning -> {
            assertThat(warning.level()).isEqualTo("warning");
            assertThat(warning.message()).contains("'final'", "The one before it is used");
            if (!file.equals("manifest.json")) {
                assertThat(warning.message()).contains(file);
            }
        });
        assertThat(Files.readAllBytes(file("model.safetensors"))).isEqualTo(weights);
    }

    @Test
    void trainingBeginsFromTheStartWhereNoneIsWhole() throws IOException {
        for (String name : List.of("final", "e1", "e2", "e3")) {
            damage(folder.resolve("checkpoints").resolve(name).resolve("state.json"), "missing");
        }

        train(NEWEST);

        assertThat(Jobs.only(TrainBegin.class, told))
                .extracting(TrainBegin::resumedFrom)
                .containsOnlyNulls();
        assertThat(Jobs.only(Log.class, told)).hasSize(5);
        assertThat(Files.readAllBytes(file("model.safetensors"))).isEqualTo(weights);
    }

    private void train(String resumeFrom) {
        List<Callback> callbacks = List.of(Line.callback("{'type': 'ModelCheckpoint', 'filepath': 'e{epoch}'}"));
        Jobs.run(spec, data, callbacks, folder, resumeFrom, told);
    }

    private Path file(String name) {
        return folder.resolve("checkpoints").resolve(NEWEST).resolve(name);
    }

    private static void damage(Path file, String damage) throws IOException {
        byte[] content = Files.readAllBytes(file);
        if (damage.equals("missing")) {
            Files.delete(file);
        } else if (damage.equals("truncated")) {
            Files.write(file, java.util.Arrays.copyOf(content, content.length - 1));
        } else {
            content[content.length / 2] ^= 1;
            Files.write(file, content);
        }
    }
}
