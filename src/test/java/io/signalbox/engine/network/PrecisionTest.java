package io.signalbox.engine.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDManager;
import io.signalbox.checkpoint.Tensor;
import io.signalbox.engine.torch.HostTensor;
import io.signalbox.engine.torch.Script;
import io.signalbox.engine.torch.Torch;
import io.signalbox.spec.model.Input;
import io.signalbox.spec.model.LayerSpec;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Between 1 and 2 the numbers of bfloat16 are 1/128 apart. */
class PrecisionTest {

    private static final float INPUT = 1.01f;
    private static final float WEIGHT = 1.003f;

    @Test
    void productsAreOfRoundedFactorsAndRounded() {
        LayerSpec dense = new LayerSpec.Dense(1, true);

        assertThat(given(dense, false)).isCloseTo(INPUT * WEIGHT, within(1e-6));
        assertThat(given(dense, true)).isEqualTo(1 + 1.0 / 128);
    }

    @Test
    void whatMultipliesNoMatricesStaysExact() {
        LayerSpec softplus = new LayerSpec.Softplus(1);

        assertThat(given(softplus, true)).isEqualTo(given(softplus, false));
    }

    @Test
    void weightsAndGradientsAreFloat32() {
        try (PtNDManager manager = Torch.open(1)) {
            Network network = Network.of(List.of(new LayerSpec.Dense(1, true)), Input.numbers(1), 1, true, manager);

            assertThat(network.state().values()).extracting(HostTensor::dtype).containsOnly("F32");
        }
    }

    private static double given(LayerSpec layer, boolean reduced) {
        try (PtNDManager manager = Torch.open(1)) {
            Network network = Network.of(List.of(layer), Input.numbers(1), 1, reduced, manager);
            if (!network.parameters().isEmpty()) {
                network.load(
                        Map.of("0.weight", Tensor.of(new float[] {WEIGHT}, 1, 1), "0.bias", Tensor.of(new float[1], 1)),
                        "");
            }
            Map<String, List<HostTensor>> lists = Map.of(
                    "parameters",
                    Network.tensors(network.parameters()),
                    "buffers",
                    Network.tensors(network.buffers()),
                    "inputs",
                    List.of(HostTensor.of(manager, new float[] {INPUT}, 1, 1)));
            String source = network.code() + "  def apply(self: " + Script.SELF
                    + ", control: Tensor) -> List[Tensor]:\n" + "    return [(self).forward(self.inputs[0], False)]\n";
            HostTensor control = HostTensor.shared(manager, DataType.FLOAT64, 1);
            try (Script script = Script.load(manager, lists, source, control)) {
                return script.method("apply", false).call().get(0)[0];
            }
        }
    }
}
