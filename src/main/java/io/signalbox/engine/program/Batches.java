package io.signalbox.engine.program;

import ai.djl.ndarray.types.DataType;
import io.signalbox.engine.batch.ExampleTensors;
import java.util.ArrayList;
import java.util.List;

/** TorchScript that cuts a batch, {@code x} and {@code y}, out of the data as the control tensor says. */
final class Batches {

    private Batches() {}

    /**
     * The lines.
     *
     * @param list the program's list of features and target
     * @param shuffled whether {@code self.order} says which examples a batch has, else they are consecutive
     * @param scaled whether features, numbers, are scaled by {@code self.scale}, shift and factor
     * @param classes whether the target is class indices
     */
    static List<String> code(String list, ExampleTensors examples, boolean shuffled, boolean scaled, boolean classes) {
        List<String> code = new ArrayList<>();
        code.add("start = int(control[" + ProgramSource.START + "])");
        code.add("count = int(control[" + ProgramSource.COUNT + "])");
        if (shuffled) {
            code.add("index = torch.narrow(self.order[0], 0, start, count)");
            code.add("x = torch.index_select(self." + list + "[0], 0, index)");
            code.add("y = torch.index_select(self." + list + "[1], 0, index)");
        } else {
            // Copied: kernels may round otherwise in memory of another alignment, and that of the data is by chance.
            code.add("x = torch.clone(torch.narrow(self." + list + "[0], 0, start, count))");
            code.add("y = torch.clone(torch.narrow(self." + list + "[1], 0, start, count))");
        }
        DataType type = examples.features().type();
        if (type != DataType.FLOAT32 && type != DataType.INT64) {
            code.add("x = torch.to(x, 6)");
        }
        if (scaled) {
            code.add("x = torch.mul(torch.sub(x, self.scale[0]), self.scale[1])");
        }
        if (!classes && examples.target().type() != DataType.FLOAT32) {
            code.add("y = torch.unsqueeze(torch.to(y, 6), 1)");
        }
        return code;
    }
}
