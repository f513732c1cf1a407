package io.signalbox.engine.program;

import ai.djl.ndarray.types.DataType;
import io.signalbox.engine.augment.Augmentation;
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
            code.add("index = " + moved("torch.narrow(self.order[0], 0, start, count)", list));
            code.add("x = torch.index_select(self." + list + "[0], 0, index)");
            code.add("y = torch.index_select(self." + list + "[1], 0, index)");
        } else {
            // Copied: kernels may round otherwise in memory of another alignment, and that of the data is by chance.
            code.add("x = torch.clone(torch.narrow(self." + list + "[0], 0, start, count))");
            code.add("y = torch.clone(torch.narrow(self." + list + "[1], 0, start, count))");
        }
        code.addAll(asNumbers(examples));
        code.addAll(prepared(examples, scaled, classes));
        return code;
    }

    /** The lines for training examples that are augmented: which ones, and by what, {@code self.drawn} says. */
    static List<String> augmented(
            String list, ExampleTensors examples, Augmentation augmentation, boolean scaled, boolean classes) {
        List<String> code = new ArrayList<>();
        code.add("count = int(control[" + ProgramSource.COUNT + "])");
        String items = "torch.narrow(self.drawn[0], 0, 0, count" + (augmentation.mixes() ? " * 2)" : ")");
        code.add("index = " + moved(items, list));
        code.add("d = " + moved("torch.narrow(self.drawn[1], 0, 0, torch.size(index, 0))", list));
        code.add("x = torch.index_select(self." + list + "[0], 0, index)");
        code.add("y = torch.index_select(self." + list + "[1], 0, index)");
        code.addAll(asNumbers(examples));
        code.addAll(augmentation.code());
        code.addAll(prepared(examples, scaled, classes));
        code.addAll(augmentation.mixing());
        return code;
    }

    /** What Java wrote, where the data is. */
    private static String moved(String tensor, String list) {
        return "torch.to(" + tensor + ", ops.prim.device(self." + list + "[0]))";
    }

    private static List<String> asNumbers(ExampleTensors examples) {
        return examples.features().type() == DataType.UINT8 ? List.of("x = torch.to(x, 6)") : List.of();
    }

    private static List<String> prepared(ExampleTensors examples, boolean scaled, boolean classes) {
        List<String> code = new ArrayList<>();
        if (scaled) {
            code.add("x = torch.mul(torch.sub(x, self.scale[0]), self.scale[1])");
        }
        if (!classes && examples.target().type() != DataType.FLOAT32) {
            code.add("y = torch.unsqueeze(torch.to(y, 6), 1)");
        }
        return code;
    }
}
