package io.signalbox.engine;

import io.signalbox.callback.Callback;
import io.signalbox.data.Examples;
import io.signalbox.data.Examples.ElementType;
import io.signalbox.data.TrainingData;
import io.signalbox.data.TrainingData.Scale;
import io.signalbox.event.EventDetail;
import io.signalbox.spec.CheckedSpec;
import io.signalbox.spec.CheckedSpec.LayerSummary;
import io.signalbox.spec.DataSpec;
import io.signalbox.spec.JobSpec;
import io.signalbox.spec.LossSpec;
import io.signalbox.spec.MetricSpec;
import io.signalbox.spec.OptimizerSpec;
import io.signalbox.spec.Resources;
import io.signalbox.spec.model.Input;
import io.signalbox.spec.model.LayerSpec;
import io.signalbox.spec.model.ModelSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import tools.jackson.databind.node.JsonNodeFactory;

/** Small jobs for tests. */
final class Jobs {

    static final int SIDE = 6;
    static final int CLASSES = 3;

    /** A network with everything that makes resuming hard: batch statistics, dropout, and shuffling by default. */
    static final List<LayerSpec> CNN = List.of(
            new LayerSpec.Conv2d(4, 3, 1, 1, true),
            new LayerSpec.BatchNorm(1e-5, 0.1),
            new LayerSpec.Relu(),
            new LayerSpec.MaxPool2d(2, null, 0),
            new LayerSpec.Flatten(),
            new LayerSpec.Dropout(0.3),
            new LayerSpec.Dense(CLASSES, true));

    private static final List<List<Integer>> CNN_SHAPES = List.of(
            List.of(4, SIDE, SIDE),
            List.of(4, SIDE, SIDE),
            List.of(4, SIDE, SIDE),
            List.of(4, SIDE / 2, SIDE / 2),
            List.of(SIDE * SIDE),
            List.of(SIDE * SIDE),
            List.of(CLASSES));

    static final OptimizerSpec ADAM = new OptimizerSpec.Adam(0.01, List.of(0.9, 0.999), 1e-8, 0, false, null, null);
    static final OptimizerSpec MOMENTUM = new OptimizerSpec.Sgd(0.05, 0.9, 0, true, 1e-4, 1.0, null);

    /** What a run told. */
    record Told(Integer epoch, Long step, EventDetail detail) {}

    private Jobs() {}

    static CheckedSpec cnn(int epochs, int batchSize, OptimizerSpec optimizer, int examples) {
        return cnn(epochs, batchSize, optimizer, examples, List.of(new MetricSpec.Accuracy()));
    }

    static CheckedSpec cnn(int epochs, int batchSize, OptimizerSpec optimizer, int examples, List<MetricSpec> metrics) {
        return spec(
                CNN,
                CNN_SHAPES,
                List.of(1, SIDE, SIDE),
                epochs,
                batchSize,
                new LossSpec.CrossEntropy(),
                metrics,
                optimizer,
                true,
                examples);
    }

    static CheckedSpec spec(
            List<LayerSpec> layers,
            List<List<Integer>> outputShapes,
            List<Integer> inputShape,
            int epochs,
            int batchSize,
            LossSpec loss,
            List<MetricSpec> metrics,
            OptimizerSpec optimizer,
            boolean shuffle,
            int examples) {
        JobSpec job = new JobSpec(
                null,
                null,
                List.of(),
                42L,
                epochs,
                batchSize,
                new DataSpec("toy", null, null, null, null, false, shuffle, "none"),
                new ModelSpec.Sequential(layers),
                loss,
                metrics,
                optimizer,
                "float32",
                List.of(),
                null,
                new Resources(1, 0, null, null),
                0,
                0,
                10);
        List<LayerSummary> summaries = outputShapes.stream()
                .map(shape -> new LayerSummary("layer", shape, 0))
                .toList();
        List<Integer> last = outputShapes.get(outputShapes.size() - 1);
        return new CheckedSpec(
                job,
                Input.numbers(inputShape),
                last.get(0),
                List.of(),
                layers,
                summaries,
                0,
                examples,
                0,
                (examples + batchSize - 1) / batchSize,
                0,
                List.of());
    }

    /** Images whose brightest third tells the class. */
    static TrainingData images(int training, int validation, String sha256) {
        return new TrainingData(
                images(training, 1),
                validation == 0 ? null : images(validation, 2),
                new Scale(new float[] {127.5f}, new float[] {1 / 127.5f}),
                JsonNodeFactory.instance.objectNode().put("scale", "fixed"),
                sha256);
    }

    private static Examples images(int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        ByteBuffer features = ByteBuffer.allocateDirect(count * SIDE * SIDE);
        ByteBuffer target = ByteBuffer.allocateDirect(count * Long.BYTES).order(ByteOrder.nativeOrder());
        for (int i = 0; i < count; i++) {
            int label = random.nextInt(CLASSES);
            for (int pixel = 0; pixel < SIDE * SIDE; pixel++) {
                boolean bright = pixel / SIDE / 2 == label;
                features.put((byte) (random.nextInt(160) + (bright ? 90 : 0)));
            }
            target.putLong(label);
        }
        return new Examples(
                count,
                List.of(1, SIDE, SIDE),
                ElementType.UINT8,
                features.rewind(),
                ElementType.INT64,
                1,
                target.rewind());
    }

    /** Rows of floats. */
    static Examples rows(float[][] features, float[][] target) {
        ByteBuffer x = ByteBuffer.allocateDirect(features.length * features[0].length * Float.BYTES)
                .order(ByteOrder.nativeOrder());
        ByteBuffer y = ByteBuffer.allocateDirect(target.length * target[0].length * Float.BYTES)
                .order(ByteOrder.nativeOrder());
        Arrays.stream(features).forEach(row -> put(row, x));
        Arrays.stream(target).forEach(row -> put(row, y));
        return new Examples(
                features.length,
                List.of(features[0].length),
                ElementType.FLOAT32,
                x.rewind(),
                ElementType.FLOAT32,
                target[0].length,
                y.rewind());
    }

    private static void put(float[] row, ByteBuffer into) {
        for (float value : row) {
            into.putFloat(value);
        }
    }

    static TrainingData data(Examples training, Examples validation) {
        return new TrainingData(
                training,
                validation,
                new Scale(new float[] {0}, new float[] {1}),
                JsonNodeFactory.instance.objectNode(),
                "aa");
    }

    /** Trains, collecting what is told. */
    static Training.Result run(
            CheckedSpec spec,
            TrainingData data,
            List<Callback> callbacks,
            Path directory,
            String resumeFrom,
            List<Told> told) {
        return Training.run(new Training.Setup(
                spec,
                data,
                callbacks,
                directory,
                resumeFrom,
                null,
                (epoch, step, detail) -> told.add(new Told(epoch, step, detail))));
    }

    static <E extends EventDetail> List<E> only(Class<E> type, List<Told> told) {
        List<E> found = new ArrayList<>();
        told.stream().map(Told::detail).filter(type::isInstance).map(type::cast).forEach(found::add);
        return found;
    }
}
