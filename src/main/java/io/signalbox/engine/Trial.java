package io.signalbox.engine;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDManager;
import io.signalbox.data.Examples;
import io.signalbox.data.Examples.ElementType;
import io.signalbox.data.TrainingData;
import io.signalbox.engine.network.Network;
import io.signalbox.engine.torch.HostTensor;
import io.signalbox.engine.torch.Script;
import io.signalbox.engine.torch.ScriptModule;
import io.signalbox.spec.CheckedSpec;
import io.signalbox.spec.LossSpec;
import io.signalbox.spec.model.ModelSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/** Finds out whether a module and the data fit in the one way there is: by running it. */
final class Trial {

    /** Examples that go in. Not one, so that the dimension of the batch can be told from others. */
    private static final int BATCH = 2;

    private static final String TRY = "try_out";

    private Trial() {}

    /**
     * Reads a module and lets it evaluate a batch of zeros.
     *
     * @throws IllegalArgumentException saying why it cannot be trained on the data
     */
    static Network network(Path file, CheckedSpec checked, TrainingData data, PtNDManager manager) throws IOException {
        String name = checked.spec().model() instanceof ModelSpec.Torchscript module ? module.name() : "";
        try {
            Network network = Network.of(ScriptModule.read(file), manager);
            if (network.parameters().isEmpty()) {
                throw new IllegalArgumentException("it has no parameters: there is nothing to train");
            }
            List<Long> wanted = wanted(checked, data.training());
            List<Long> given = given(network, data.training(), manager);
            if (!given.equals(wanted)) {
                throw new IllegalArgumentException("of " + BATCH + " examples of shape "
                        + data.training().shape() + " it gives " + given + ", but the target needs " + wanted);
            }
            return network;
        } catch (IllegalArgumentException e) {
            throw refused(name, String.valueOf(e.getMessage()), e);
        } catch (EngineException e) {
            String why = "it must take one tensor and give one: " + TrainingException.firstLine(e);
            throw refused(name, why, e);
        }
    }

    private static IllegalArgumentException refused(String name, String why, RuntimeException cause) {
        return new IllegalArgumentException("The model '" + name + "' cannot be trained on this data: " + why, cause);
    }

    private static List<Long> wanted(CheckedSpec checked, Examples training) {
        boolean positions = checked.spec().loss() instanceof LossSpec.CrossEntropy && training.targetWidth() > 1;
        return positions
                ? List.of((long) BATCH, (long) training.targetWidth(), (long) checked.outputs())
                : List.of((long) BATCH, (long) checked.outputs());
    }

    private static List<Long> given(Network network, Examples training, PtNDManager manager) {
        DataType type = training.type() == ElementType.INT64 ? DataType.INT64 : DataType.FLOAT32;
        long[] shape = LongStream.concat(
                        LongStream.of(BATCH), training.shape().stream().mapToLong(Integer::longValue))
                .toArray();
        Map<String, List<HostTensor>> lists = Map.of(
                "parameters", Network.tensors(network.parameters()),
                "buffers", Network.tensors(network.buffers()),
                "inputs", List.of(HostTensor.zeros(manager, type, shape)));
        String source = network.code() + "  def " + TRY + "(self: " + Script.SELF
                + ", control: Tensor) -> List[Tensor]:\n"
                + "    z = (self).forward(self.inputs[0], False)\n"
                + "    return [torch.tensor(torch.size(z), dtype=4)]\n";
        HostTensor control = HostTensor.shared(manager, DataType.FLOAT64, 1);
        try (Script script = Script.load(manager, lists, source, control, network.module())) {
            double[] given = script.method(TRY, false).call().get(0);
            return Arrays.stream(given).mapToObj(size -> (long) size).toList();
        }
    }
}
