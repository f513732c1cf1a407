package io.signalbox.engine;

import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDManager;
import io.signalbox.engine.network.NamedTensor;
import io.signalbox.engine.network.Network;
import io.signalbox.engine.torch.HostTensor;
import io.signalbox.engine.torch.Script;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Moves one copy of the weights towards the network's, in one native call. */
final class Averager implements AutoCloseable {

    private static final String SOURCE = "  def blend(self: " + Script.SELF + ", control: Tensor) -> List[Tensor]:\n"
            + "    share = float(control[0])\n"
            + "    for i in range(torch.len(self.averages)):\n"
            + "      torch.lerp_(self.averages[i], self.weights[i], share)\n"
            + "    return annotate(List[Tensor], [])\n";

    private final Network network;
    private final Map<String, HostTensor> averages;
    private final HostTensor control;
    private final Script script;
    private final Script.Method blend;

    Averager(Network network, Map<String, HostTensor> averages, PtNDManager manager) {
        this.network = network;
        this.averages = averages;
        this.control = HostTensor.shared(manager, DataType.FLOAT64, 1);
        List<HostTensor> averaged = network.parameters().stream()
                .map(named -> Objects.requireNonNull(averages.get(named.name())))
                .toList();
        Map<String, List<HostTensor>> lists =
                Map.of("weights", Network.tensors(network.parameters()), "averages", averaged);
        this.script = Script.load(manager, lists, SOURCE, control);
        this.blend = script.method("blend", false);
    }

    /** Parameters go a share of the way; buffers become the network's. */
    void blend(double share) {
        control.memory().putDouble(share);
        blend.call();
        for (NamedTensor buffer : network.buffers()) {
            Objects.requireNonNull(averages.get(buffer.name())).copyFrom(buffer.tensor());
        }
    }

    @Override
    public void close() {
        script.close();
    }
}
