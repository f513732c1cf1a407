package io.signalbox.engine;

import io.signalbox.callback.Callback;
import io.signalbox.callback.Callbacks;
import io.signalbox.checkpoint.Safetensors;
import io.signalbox.checkpoint.Tensor;
import io.signalbox.data.TrainingData;
import io.signalbox.spec.CallbackSpec;
import io.signalbox.spec.CheckedSpec;
import io.signalbox.spec.LossSpec;
import io.signalbox.spec.MetricSpec;
import io.signalbox.spec.OptimizerSpec;
import io.signalbox.spec.model.LayerSpec;
import io.signalbox.spec.schema.Binder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A model that can be computed by hand: {@code y = w x + b} of one input, {@code w} 2 and {@code b} 1 at first, squared error,
 * rows in order, on plain gradient descent. At a row {@code (x, 0)} the gradients are {@code 2 (w x + b) x} and {@code 2 (w x
 * + b)}.
 */
final class Line {

    private static final JsonMapper JSON = new JsonMapper();

    private final Path folder;
    private int epochs = 1;
    private int batchSize = 1;
    private OptimizerSpec optimizer = new OptimizerSpec.Sgd(0.1, 0, 0, false, 0, null, null);
    private List<Callback> callbacks = List.of();
    private List<LayerSpec> layers = List.of(new LayerSpec.Dense(1, true));
    private Map<String, Tensor> initial =
            Map.of("0.weight", Tensor.of(new float[] {2}, 1, 1), "0.bias", Tensor.of(new float[] {1}, 1));
    final List<Jobs.Told> told = new ArrayList<>();

    Line(Path folder) {
        this.folder = folder;
    }

    /** A callback of a spec, {@code {"type": …}}. */
    static Callback callback(String json) {
        ObjectNode node = (ObjectNode) JSON.readTree(json.replace('\'', '"'));
        String type = node.remove("type").asString();
        Callbacks callbacks = new Callbacks();
        Record params = Binder.bind(node, callbacks.parameters(type), "#", new ArrayList<>());
        return callbacks
                .create(List.of(new CallbackSpec(type, type, Binder.toJson(params))))
                .get(0);
    }

    Line epochs(int number) {
        epochs = number;
        return this;
    }

    Line batchSize(int size) {
        batchSize = size;
        return this;
    }

    Line optimizer(OptimizerSpec spec) {
        optimizer = spec;
        return this;
    }

    Line with(Callback... list) {
        callbacks = List.of(list);
        return this;
    }

    /** A second layer of the same kind, {@code v} 3 and {@code c} 0 at first, after the first. */
    Line twoLayers() {
        layers = List.of(new LayerSpec.Dense(1, true), new LayerSpec.Dense(1, true));
        initial = Map.of(
                "0.weight", Tensor.of(new float[] {2}, 1, 1),
                "0.bias", Tensor.of(new float[] {1}, 1),
                "1.weight", Tensor.of(new float[] {3}, 1, 1),
                "1.bias", Tensor.of(new float[] {0}, 1));
        return this;
    }

    /** Trains on rows {@code (x, 0)}. */
    Line train(float... x) {
        float[][] features = new float[x.length][1];
        for (int i = 0; i < x.length; i++) {
            features[i][0] = x[i];
        }
        return train(Jobs.data(Jobs.rows(features, new float[x.length][1]), null));
    }

    Line train(TrainingData data) {
        CheckedSpec spec = Jobs.spec(
                layers,
                layers.stream().map(layer -> List.of(1)).toList(),
                List.of(1),
                epochs,
                batchSize,
                new LossSpec.Mse(),
                List.of(new MetricSpec.Mae()),
                optimizer,
                false,
                data.training().count());
        Path weights = folder.resolve("initial.safetensors");
        try {
            Safetensors.write(weights, initial, Map.of());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Training.run(new Training.Setup(
                spec,
                data,
                callbacks,
                folder,
                null,
                weights,
                (epoch, step, detail) -> told.add(new Jobs.Told(epoch, step, detail))));
        return this;
    }

    /** A number of the final checkpoint. */
    float weight(String name) {
        return weight("final", name);
    }

    float weight(String checkpoint, String name) {
        return read(checkpoint, "model", name);
    }

    float optimizer(String name) {
        return read("final", "optimizer", name);
    }

    private float read(String checkpoint, String file, String name) {
        try {
            return Safetensors.read(folder.resolve("checkpoints/" + checkpoint + "/" + file + ".safetensors"))
                    .get(name)
                    .floats()[0];
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
