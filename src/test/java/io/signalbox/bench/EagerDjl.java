package io.signalbox.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;
import io.signalbox.data.Examples;
import io.signalbox.engine.network.Network;
import java.util.List;

/** A training loop as one writes it with DJL's arrays, without its Trainer: gather, forward, backward, adamUpdate. */
final class EagerDjl {

    private static final float RATE = 0.001f;

    private final PtNDManager manager;
    private final int batchSize;
    private final PtNDArray features;
    private final PtNDArray labels;
    private final NDArray factor;
    private final PtNDArray[] parameters;
    private final PtNDArray[] means;
    private final PtNDArray[] variances;

    /** A network's forward pass. */
    interface Forward {
        PtNDArray apply(PtNDArray x, PtNDArray[] p);
    }

    EagerDjl(Network network, Examples examples, int batchSize, PtNDManager manager) {
        this.manager = manager;
        this.batchSize = batchSize;
        long[] shape = new long[examples.shape().size() + 1];
        shape[0] = examples.count();
        for (int i = 1; i < shape.length; i++) {
            shape[i] = examples.shape().get(i - 1);
        }
        this.features = manager.create(examples.features(), new Shape(shape), DataType.UINT8);
        this.labels = manager.create(examples.target(), new Shape(examples.count()), DataType.INT64);
        this.factor = manager.create(new float[] {1 / 255f});
        int count = network.parameters().size();
        this.parameters = new PtNDArray[count];
        this.means = new PtNDArray[count];
        this.variances = new PtNDArray[count];
        for (int i = 0; i < count; i++) {
            List<Long> dimensions = network.parameters().get(i).tensor().shape();
            Shape parameter =
                    new Shape(dimensions.stream().mapToLong(Long::longValue).toArray());
            parameters[i] = (PtNDArray) manager.create(
                    network.parameters().get(i).tensor().content().floats(), parameter);
            parameters[i].setRequiresGradient(true);
            means[i] = (PtNDArray) manager.zeros(parameter);
            variances[i] = (PtNDArray) manager.zeros(parameter);
        }
    }

    void step(Forward forward, int batch) {
        JniUtils.setGradMode(true);
        try (PtNDManager scope = (PtNDManager) manager.newSubManager()) {
            long[] rows = new long[batchSize];
            for (int i = 0; i < batchSize; i++) {
                rows[i] = (batch * (long) batchSize + i)
                        * 7919
                        % features.getShape().get(0);
            }
            NDArray index = scope.create(rows);
            NDArray x = take(features, index, scope);
            NDArray y = take(labels, index, scope);
            PtNDArray z =
                    forward.apply((PtNDArray) x.toType(DataType.FLOAT32, false).mul(factor), parameters);
            NDArray loss = z.logSoftmax(1).gather(y.expandDims(1), 1).mean().neg();
            NDArray right = z.argMax(1).eq(y).sum();
            loss.getFloat();
            right.getLong();
            JniUtils.backward((PtNDArray) loss, (PtNDArray) scope.create(1f), false, false);
            JniUtils.setGradMode(false);
            for (int i = 0; i < parameters.length; i++) {
                try (PtNDArray gradient = JniUtils.getGradient(parameters[i])) {
                    JniUtils.adamUpdate(
                            parameters[i],
                            gradient,
                            means[i],
                            variances[i],
                            RATE,
                            RATE,
                            0f,
                            1f,
                            -1f,
                            0.9f,
                            0.999f,
                            1e-8f,
                            false);
                }
                JniUtils.zeroGrad(parameters[i]);
            }
        }
    }

    private static NDArray take(PtNDArray from, NDArray index, PtNDManager scope) {
        NDArray taken = from.get(index);
        taken.attach(scope);
        return taken;
    }

    /** Dense layers with ReLU in between. */
    static final class Mlp implements Forward {
        @Override
        public PtNDArray apply(PtNDArray x, PtNDArray[] p) {
            PtNDArray hidden = JniUtils.relu(JniUtils.linear(x, p[0], p[1]));
            hidden = JniUtils.relu(JniUtils.linear(hidden, p[2], p[3]));
            return JniUtils.linear(hidden, p[4], p[5]);
        }
    }

    /** Two convolutions with ReLU and pooling, two dense layers. */
    static final class Cnn implements Forward {
        private static final Shape ONE = new Shape(1, 1);
        private static final Shape TWO = new Shape(2, 2);
        private static final Shape NONE = new Shape(0, 0);

        @Override
        public PtNDArray apply(PtNDArray x, PtNDArray[] p) {
            PtNDArray maps = pool(JniUtils.convolution(x, p[0], p[1], ONE, TWO, ONE, 1));
            maps = pool(JniUtils.convolution(maps, p[2], p[3], ONE, NONE, ONE, 1));
            PtNDArray flat = JniUtils.reshape(maps, new long[] {maps.getShape().get(0), -1});
            return JniUtils.linear(JniUtils.relu(JniUtils.linear(flat, p[4], p[5])), p[6], p[7]);
        }

        private static PtNDArray pool(PtNDArray maps) {
            return JniUtils.maxPool(JniUtils.relu(maps), TWO, TWO, NONE, false);
        }
    }
}
