package io.signalbox.callback;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.spec.CheckedSpec.LayerSummary;
import java.util.List;
import org.junit.jupiter.api.Test;

class TensorPatternTest {

    private static final List<LayerSummary> LAYERS = List.of(
            new LayerSummary("0 residual", List.of(4), 0),
            new LayerSummary("0.0 dense", List.of(4), 20),
            new LayerSummary("0.shortcut.0 dense", List.of(4), 20),
            new LayerSummary("1 dense", List.of(2), 10));

    @Test
    void aLayersNumberNamesTheTensorsOfTheLayersWithinIt() {
        List<String> parameters = List.of("0.0.weight", "0.shortcut.0.weight", "1.weight");
        assertThat(TensorPattern.select(List.of("0"), parameters)).containsExactly("0.0.weight", "0.shortcut.0.weight");
        assertThat(TensorPattern.fault("0", LAYERS)).isNull();
        assertThat(TensorPattern.fault("0.shortcut.0.weight", LAYERS)).isNull();
    }

    @Test
    void namesTheLayersThatAreTrainedWhereNoneIsMeant() {
        assertThat(TensorPattern.fault("2", LAYERS)).contains("0.0 dense, 0.shortcut.0 dense, 1 dense");
    }
}
