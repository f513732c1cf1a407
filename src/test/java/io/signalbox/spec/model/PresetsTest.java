package io.signalbox.spec.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class PresetsTest {

    private static final Input PICTURE = Input.numbers(3, 224, 224);
    private static final Input SMALL = Input.numbers(3, 32, 32);
    private static final Input TEXT = Input.tokens(64, 65);

    /** As {@code sum(p.numel() for p in torchvision.models.NAME().parameters())}. */
    @ParameterizedTest
    @CsvSource({"resnet18, 11689512", "resnet34, 21797672", "resnet50, 25557032", "mobilenet_v2, 3504872"})
    void haveAsManyParametersAsTorchvisions(String type, long parameters) {
        assertThat(Presets.network(type, PICTURE, 1000).parameters()).isEqualTo(parameters);
    }

    @Test
    void leaveSmallImagesTheirSizeInTheFirstLayers() {
        assertThat(Presets.network("resnet18", SMALL, 10).steps().get(2).output())
                .containsExactly(64, 32, 32);
        assertThat(Presets.network("resnet18", PICTURE, 10).steps().get(3).output())
                .containsExactly(64, 56, 56);
    }

    /** nanoGPT's count for 4 layers of width 128, 64 positions and 65 characters, with an output layer of its own. */
    @Test
    void gptHasTheParametersOfItsBlocks() {
        long block = 12L * 128 * 128 + 13 * 128;
        assertThat(Presets.network("gpt", TEXT, 65).parameters())
                .isEqualTo(4 * block + 2 * 65 * 128 + 64 * 128 + 2 * 128);
        assertThat(Presets.network("gpt", TEXT, 65).output()).containsExactly(64, 65);
    }

    static Stream<Map.Entry<String, Input>> eachWithItsInputs() {
        return Presets.inputs().entrySet().stream()
                .flatMap(preset -> preset.getValue().stream().map(input -> Map.entry(preset.getKey(), input)));
    }

    @ParameterizedTest
    @MethodSource("eachWithItsInputs")
    void giveWhatTheTargetNeeds(Map.Entry<String, Input> each) {
        List<Integer> output =
                Presets.network(each.getKey(), each.getValue(), 7).output();
        assertThat(output.get(output.size() - 1)).isEqualTo(7);
        assertThat(output).hasSize(each.getKey().equals("gpt") ? 2 : 1);
    }

    @Test
    void lstmIsAnotherNameOfTheLstmClassifier() {
        assertThat(Presets.spec("lstm")).isEqualTo(Presets.spec("lstm_classifier"));
    }
}
