package io.signalbox.engine;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDManager;
import io.signalbox.checkpoint.CheckpointFiles;
import io.signalbox.checkpoint.CheckpointFolder;
import io.signalbox.checkpoint.Safetensors;
import io.signalbox.checkpoint.Tensor;
import io.signalbox.data.Examples.ElementType;
import io.signalbox.data.Preparation;
import io.signalbox.data.Tokens;
import io.signalbox.engine.network.Network;
import io.signalbox.engine.torch.HostTensor;
import io.signalbox.engine.torch.Script;
import io.signalbox.engine.torch.ScriptModule;
import io.signalbox.engine.torch.Torch;
import io.signalbox.spec.LossSpec;
import io.signalbox.spec.model.Input;
import io.signalbox.spec.model.LayerSpec;
import io.signalbox.spec.model.ModelSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;

/** A network with the weights of a checkpoint, which answers inputs as it does in validation. Confined to one thread. */
public final class Predictor implements AutoCloseable {

    /** Numbers that go in at once: a batch of what is larger is of fewer examples. */
    private static final int NUMBERS_AT_ONCE = 1 << 20;

    private static final int EXAMPLES_AT_ONCE = 256;
    private static final String PREDICT = "predict";

    /** Classes of a numeric target of one label. */
    private static final List<String> ZERO_AND_ONE = List.of("0", "1");

    private final PtNDManager manager;
    private final Preparation preparation;
    private final LossSpec loss;
    private final Network network;
    private final List<Integer> outputShape;
    private final HostTensor inputs;
    private final HostTensor control;
    private final Script script;
    private final Script.Method predict;
    private final int atOnce;
    private @Nullable Generator generator;

    /** @param module of an opaque model, null for others */
    private Predictor(
            Map<String, Tensor> weights,
            @Nullable ScriptModule module,
            Preparation preparation,
            ModelSpec model,
            LossSpec loss,
            PtNDManager manager) {
        this.manager = manager;
        this.preparation = preparation;
        this.loss = loss;
        Tokens tokens = preparation.tokens();
        Input input =
                new Input(preparation.shape(), tokens == null ? 0 : tokens.ids(), tokens != null && !tokens.goesOn());
        int outputs = model.reconstructs()
                ? elements(input.shape())
                : loss instanceof LossSpec.CrossEntropy
                        ? preparation.classes().size()
                        : preparation.targets().size();
        if (module != null) {
            boolean next = tokens != null && tokens.goesOn();
            this.outputShape = next ? List.of(input.shape().get(0), outputs) : List.of(outputs);
            this.network = Network.of(module, manager);
        } else {
            List<LayerSpec> layers = model.layers(input, outputs);
            this.outputShape = io.signalbox.spec.model.Network.of(layers, input).output();
            this.network = Network.of(layers, input, 0, manager);
        }
        network.load(weights, "the checkpoint's " + Checkpoints.MODEL);
        this.atOnce = Math.max(1, Math.min(EXAMPLES_AT_ONCE, NUMBERS_AT_ONCE / elements(input.shape())));
        this.inputs = HostTensor.zeros(manager, type(), shape(input.shape()));
        this.control = HostTensor.zeros(manager, DataType.FLOAT64, 1);
        Map<String, List<HostTensor>> lists = Map.of(
                "parameters", Network.tensors(network.parameters()),
                "buffers", Network.tensors(network.buffers()),
                "inputs", List.of(inputs));
        String source = network.code() + "  def " + PREDICT + "(self: " + Script.SELF
                + ", control: Tensor) -> List[Tensor]:\n"
                + "    x = torch.clone(torch.narrow(self.inputs[0], 0, 0, int(control[0])))\n"
                + "    return [torch.contiguous((self).forward(x, False))]\n";
        this.script = Script.load(manager, lists, source, control, network.module());
        this.predict = script.method(PREDICT, false);
    }

    /**
     * Loads a checkpoint's network.
     *
     * @param checkpoints folder of a job's checkpoints
     * @param model of the job's spec
     * @param loss likewise
     * @throws io.signalbox.checkpoint.CheckpointException if it does not verify
     * @throws IllegalArgumentException if its weights are not those of such a network
     * @throws TrainingException when PyTorch fails
     */
    public static Predictor open(Path checkpoints, String name, ModelSpec model, LossSpec loss) throws IOException {
        CheckpointFolder folder = new CheckpointFolder(checkpoints);
        Preparation preparation;
        Map<String, Tensor> weights;
        try (CheckpointFiles files = folder.open(name)) {
            String state = new String(
                    Channels.newInputStream(files.channel(Checkpoints.STATE)).readAllBytes(), StandardCharsets.UTF_8);
            preparation = Preparation.of(SavedState.read(state).data());
            weights = Safetensors.read(files.channel(Checkpoints.MODEL));
        }
        // Any checkpoint of the job has the same one, but for its weights, which are put in its place.
        ScriptModule module = model.opaque() ? ScriptModule.read(folder.file(name, Checkpoints.PROGRAM)) : null;
        PtNDManager manager = Torch.open(1);
        try {
            return new Predictor(weights, module, preparation, model, loss, manager);
        } catch (EngineException e) {
            manager.close();
            throw new TrainingException("PyTorch failed: " + TrainingException.firstLine(e), e);
        } catch (RuntimeException e) {
            manager.close();
            throw e;
        }
    }

    private DataType type() {
        return preparation.type() == ElementType.INT64 ? DataType.INT64 : DataType.FLOAT32;
    }

    private long[] shape(List<Integer> example) {
        long[] shape = new long[example.size() + 1];
        shape[0] = atOnce;
        for (int i = 1; i < shape.length; i++) {
            shape[i] = example.get(i - 1);
        }
        return shape;
    }

    private static int elements(List<Integer> shape) {
        return shape.stream().reduce(1, Math::multiplyExact);
    }

    /** Shape of what comes out for one input. */
    public List<Integer> outputShape() {
        return outputShape;
    }

    /**
     * What the network gives for raw inputs, as {@link Preparation#apply} takes them: {@link #outputShape} numbers each.
     *
     * @param pointer where the inputs stand, for messages
     * @throws io.signalbox.data.BadDataException for inputs that are not such
     * @throws TrainingException when PyTorch fails
     */
    public List<double[]> predict(ArrayNode raw, String pointer) {
        ByteBuffer features = preparation.apply(raw, pointer);
        int example = elements(preparation.shape()) * type().getNumOfBytes();
        int width = elements(outputShape);
        List<double[]> outputs = new ArrayList<>();
        try {
            for (int from = 0; from < raw.size(); from += atOnce) {
                int count = Math.min(atOnce, raw.size() - from);
                inputs.memory().put(features.slice(from * example, count * example));
                control.memory().putDouble(count);
                double[] batch = predict.call().get(0);
                for (int i = 0; i < count; i++) {
                    outputs.add(Arrays.copyOfRange(batch, i * width, (i + 1) * width));
                }
            }
        } catch (EngineException e) {
            throw new TrainingException("PyTorch failed: " + TrainingException.firstLine(e), e);
        }
        return outputs;
    }

    /** Whether it predicts the next token of a text, so that {@link #generate} can go on with one. */
    public boolean goesOn() {
        Tokens tokens = preparation.tokens();
        return tokens != null && tokens.goesOn();
    }

    /**
     * Goes on with a text.
     *
     * @param prompt not empty
     * @return what comes after it
     * @throws TrainingException when PyTorch fails, as with a network that takes texts of one length only
     */
    public String generate(String prompt, Generator.Sampling sampling) {
        Tokens tokens = Objects.requireNonNull(preparation.tokens(), "the tokens of a text");
        if (generator == null) {
            generator = new Generator(network, preparation.shape().get(0), manager);
        }
        return tokens.decode(generator.generate(tokens.encode(prompt), sampling));
    }

    /**
     * How likely each label is by an output of the network, the likeliest first; empty where numbers are predicted, or a
     * class at each of several positions. Those of one target of classes sum up to 1.
     */
    public List<Likelihood> labels(double[] output) {
        List<Likelihood> labels = new ArrayList<>();
        if (outputShape.size() != 1 || loss.ofNumbers()) {
            return labels;
        }
        List<String> known = preparation.classes();
        List<String> classes = known.isEmpty() ? ZERO_AND_ONE : known;
        if (loss instanceof LossSpec.CrossEntropy) {
            double[] probabilities = softmax(output);
            for (int i = 0; i < probabilities.length; i++) {
                labels.add(new Likelihood(classes.get(i), probabilities[i]));
            }
        } else if (output.length == 1) {
            labels.add(new Likelihood(classes.get(1), sigmoid(output[0])));
            labels.add(new Likelihood(classes.get(0), sigmoid(-output[0])));
        } else {
            for (int i = 0; i < output.length; i++) {
                labels.add(new Likelihood(preparation.targets().get(i), sigmoid(output[i])));
            }
        }
        // Stable: of two alike the first class wins, as in accuracy; of two classes the second, which counts from one
        // half on.
        labels.sort(Comparator.comparingDouble(Likelihood::score).reversed());
        return labels;
    }

    /** Whether several labels can apply at once. */
    public boolean severalLabels() {
        return loss instanceof LossSpec.BceWithLogits && preparation.targets().size() > 1;
    }

    /** A label and its probability. */
    public record Likelihood(String label, double score) {}

    private static double[] softmax(double[] scores) {
        double highest = Arrays.stream(scores).max().orElse(0);
        double[] shares =
                Arrays.stream(scores).map(score -> Math.exp(score - highest)).toArray();
        double sum = Arrays.stream(shares).sum();
        return Arrays.stream(shares).map(share -> share / sum).toArray();
    }

    private static double sigmoid(double logit) {
        return 1 / (1 + Math.exp(-logit));
    }

    @Override
    public void close() {
        if (generator != null) {
            generator.close();
        }
        script.close();
        manager.close();
    }
}
