package io.signalbox.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.pytorch.engine.PtNDManager;
import io.signalbox.callback.Callback;
import io.signalbox.callback.CheckpointRequest;
import io.signalbox.callback.Logs;
import io.signalbox.callback.Run;
import io.signalbox.checkpoint.Safetensors;
import io.signalbox.checkpoint.Tensor;
import io.signalbox.data.TrainingData;
import io.signalbox.engine.network.Network;
import io.signalbox.engine.torch.HostTensor;
import io.signalbox.engine.torch.Script;
import io.signalbox.engine.torch.ScriptModule;
import io.signalbox.engine.torch.Torch;
import io.signalbox.event.EventDetail.Log;
import io.signalbox.spec.CheckedSpec;
import io.signalbox.spec.DataSpec;
import io.signalbox.spec.JobSpec;
import io.signalbox.spec.LossSpec;
import io.signalbox.spec.MetricSpec;
import io.signalbox.spec.Resources;
import io.signalbox.spec.model.Input;
import io.signalbox.spec.model.ModelSpec;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A TorchScript module of the operator's trains as a network of our own does. */
class TorchscriptTest {

    private static final int EXAMPLES = 50;
    private static final int HELD = 20;
    private static final String PICTURES = "pictures";

    @TempDir
    Path folder;

    @BeforeEach
    void placeTheModule() throws IOException {
        place(PICTURES);
    }

    private void place(String name) throws IOException {
        try (InputStream file = getClass().getResourceAsStream("torchscript/" + name + ".pt")) {
            Files.write(folder.resolve("model.pt"), Objects.requireNonNull(file).readAllBytes());
        }
    }

    @Test
    void trainsAllItsParametersAndLearns() throws IOException {
        Map<String, Tensor> before = content(ScriptModule.read(folder.resolve("model.pt")));

        Losses losses = new Losses(new ArrayList<>());
        run(12, List.of(losses), null);

        assertThat(losses.each().get(11)).isLessThan(losses.each().get(0));
        Map<String, Tensor> after = checkpoint("final");
        assertThat(after.keySet()).isEqualTo(before.keySet());
        assertThat(after)
                .allSatisfy((name, tensor) -> assertThat(tensor.data())
                        .as(name)
                        .isNotEqualTo(before.get(name).data()));
    }

    @Test
    void hasTheNamesOfPyTorchsStateDict() throws IOException {
        run(1, List.of(), null);

        assertThat(checkpoint("final"))
                .containsOnlyKeys(
                        "seen",
                        "inner.1.weight",
                        "inner.1.bias",
                        "inner.2.weight",
                        "inner.2.bias",
                        "inner.2.running_mean",
                        "inner.2.running_var",
                        "inner.2.num_batches_tracked",
                        "twice.weight",
                        "twice.bias",
                        "again.bias",
                        "head.weight",
                        "head.bias");
    }

    @Test
    void keepsWhatTheModuleItselfCounts() throws IOException {
        run(3, List.of(), null);

        assertThat(checkpoint("final").get("seen").data().getLong(0)).isEqualTo(3L * EXAMPLES);
    }

    @Test
    void goesOnBitForBit() throws IOException {
        run(4, List.of(new SavesAt(1, 2)), null);
        byte[] weights = Files.readAllBytes(folder.resolve("checkpoints/final/model.safetensors"));
        byte[] program = Files.readAllBytes(folder.resolve("checkpoints/final/model.pt"));

        run(4, List.of(), "taken");

        assertThat(Files.readAllBytes(folder.resolve("checkpoints/final/model.safetensors")))
                .isEqualTo(weights);
        assertThat(Files.readAllBytes(folder.resolve("checkpoints/final/model.pt")))
                .isEqualTo(program);
    }

    /** What a reader of the trained file gets, without the weights of the safetensors file beside it. */
    @Test
    void writesTheTrainedModuleAsAFileOfTorchScript() throws IOException {
        run(2, List.of(), null);

        ScriptModule trained = ScriptModule.read(folder.resolve("checkpoints/final/model.pt"));

        Map<String, Tensor> written = content(trained);
        assertThat(checkpoint("final"))
                .allSatisfy((name, tensor) ->
                        assertThat(written.get(name).data()).as(name).isEqualTo(tensor.data()));
        try (PtNDManager manager = Torch.open(1)) {
            Network network = Network.of(trained, manager);
            HostTensor control =
                    HostTensor.of(manager, new float[2 * Jobs.SIDE * Jobs.SIDE], 2, 1, Jobs.SIDE, Jobs.SIDE);
            String source = network.code() + "  def once(self: " + Script.SELF
                    + ", control: Tensor) -> List[Tensor]:\n    return [(self).forward(control, False)]\n";
            Map<String, List<HostTensor>> lists = Map.of(
                    "parameters", Network.tensors(network.parameters()),
                    "buffers", Network.tensors(network.buffers()));
            try (Script script = Script.load(manager, lists, source, control, trained)) {
                assertThat(script.method("once", false).call().get(0)).hasSize(2 * Jobs.CLASSES);
            }
        }
    }

    /** What is read back from the disk is compared to what is written anew, which must not tell a later time. */
    @Test
    void tellsNoTimeInTheFile() throws IOException {
        run(1, List.of(), null);

        try (ZipFile file =
                new ZipFile(folder.resolve("checkpoints/final/model.pt").toFile())) {
            assertThat(file.stream())
                    .extracting(ZipEntry::getTimeLocal)
                    .containsOnly(LocalDateTime.of(1980, 1, 1, 0, 0));
        }
    }

    @Test
    void saysWhyAModuleCannotBeTrained() throws IOException {
        place("unfit");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> run(1, List.of(), null))
                .withMessageStartingWith(
                        "The model 'pictures' cannot be trained on this data: it must take one tensor");
    }

    @Test
    void saysWhatAFileIsNot() throws IOException {
        Files.writeString(folder.resolve("model.pt"), "no module");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> run(1, List.of(), null))
                .withMessageContaining("it is no file of torch.jit.save");
    }

    private void run(int epochs, List<Callback> callbacks, String resumeFrom) {
        TrainingData data = Jobs.images(EXAMPLES, HELD, "aa");
        List<Jobs.Told> told = new ArrayList<>();
        Jobs.run(spec(epochs), data, callbacks, folder, resumeFrom, told);
        assertThat(Jobs.only(Log.class, told)).as("trouble").isEmpty();
    }

    private Map<String, Tensor> checkpoint(String name) throws IOException {
        return Safetensors.read(folder.resolve("checkpoints/" + name + "/model.safetensors"));
    }

    private static Map<String, Tensor> content(ScriptModule module) {
        Map<String, Tensor> content = new java.util.LinkedHashMap<>();
        try (PtNDManager manager = Torch.open(1)) {
            module.tensors(manager)
                    .forEach(held -> content.put(held.name(), copy(held.tensor().content())));
        }
        return content;
    }

    private static Tensor copy(Tensor tensor) {
        byte[] bytes = new byte[tensor.data().remaining()];
        tensor.data().duplicate().get(bytes);
        return new Tensor(
                tensor.dtype(),
                tensor.shape(),
                java.nio.ByteBuffer.wrap(bytes).order(java.nio.ByteOrder.LITTLE_ENDIAN));
    }

    private static CheckedSpec spec(int epochs) {
        JobSpec job = new JobSpec(
                null,
                null,
                List.of(),
                42L,
                epochs,
                8,
                new DataSpec("toy", null, null, null, null, false, true, "none"),
                new ModelSpec.Torchscript(PICTURES),
                new LossSpec.CrossEntropy(),
                List.of(new MetricSpec.Accuracy()),
                Jobs.ADAM,
                "float32",
                List.of(),
                null,
                new Resources(1, 0, null, null),
                0,
                0,
                10);
        return new CheckedSpec(
                job,
                Input.numbers(1, Jobs.SIDE, Jobs.SIDE),
                Jobs.CLASSES,
                List.of(),
                List.of(),
                List.of(),
                0,
                EXAMPLES,
                0,
                (EXAMPLES + 7) / 8,
                0,
                List.of());
    }

    /** Losses of the epochs. */
    private record Losses(List<Double> each) implements Callback {

        @Override
        public String name() {
            return "losses";
        }

        @Override
        public void onEpochEnd(int number, Logs logs, Run run) {
            each.add(logs.get("loss").orElseThrow());
        }
    }

    /** Takes a checkpoint in the middle of an epoch. */
    private record SavesAt(int epoch, int batch) implements Callback {

        @Override
        public String name() {
            return "saves_at";
        }

        @Override
        public void onTrainBatchEnd(int number, Logs logs, Run run) {
            if (run.epoch() == epoch && number == batch) {
                run.saveCheckpoint(new CheckpointRequest("taken", false, false, Map.of(), name()));
            }
        }
    }
}
