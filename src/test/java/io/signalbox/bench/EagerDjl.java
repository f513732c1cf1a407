package io.signalbox.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;
import io.signalbox.data.Examples;
import io.signalbox.data.Examples.ElementType;
import io.signalbox.engine.network.Network;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/** A training loop as one writes it with DJL's arrays, without its Trainer: gather, forward, backward, adamUpdate. */
final class EagerDjl {

    private static final float RATE = 0.001f;

    private final PtNDManager manager;
    private final int batchSize;
    private final PtNDArray features;
    private final PtNDArray target;
    private final NDArray factor;
    private final PtNDArray[] parameters;
    private final PtNDArray[] means;
    private final PtNDArray[] variances;

    /** A network's forward pass, with its parameters in the order in which the network has them. */
    interface Forward {
        PtNDArray apply(PtNDArray x, PtNDArray[] p);
    }

    EagerDjl(Network network, Examples examples, int batchSize, PtNDManager manager) {
        this.manager = manager;
        this.batchSize = batchSize;
        this.features = array(examples.features(), examples.type(), examples.count(), examples.shape(), manager);
        this.target = array(
                examples.target(), examples.targetType(), examples.count(), List.of(examples.targetWidth()), manager);
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

    private static PtNDArray array(
            ByteBuffer data, ElementType type, int count, List<Integer> shape, PtNDManager manager) {
        Shape whole = new Shape(count)
                .addAll(new Shape(shape.stream().mapToLong(Integer::longValue).toArray()));
        return manager.create(
                data,
                whole,
                switch (type) {
                    case UINT8 -> DataType.UINT8;
                    case FLOAT32 -> DataType.FLOAT32;
                    case INT64 -> DataType.INT64;
                });
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
            PtNDArray x = take(features, index, scope);
            if (x.getDataType() == DataType.UINT8) {
                x = (PtNDArray) x.toType(DataType.FLOAT32, false).mul(factor);
            }
            PtNDArray y = take(target, index, scope);
            PtNDArray z = forward.apply(x, parameters);
            NDArray loss = y.getDataType() == DataType.INT64 ? crossEntropy(z, y) : binaryCrossEntropy(z, y);
            loss.getFloat();
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

    private static PtNDArray take(PtNDArray from, NDArray index, PtNDManager scope) {
        NDArray taken = from.get(index);
        taken.attach(scope);
        return (PtNDArray) taken;
    }

    /** With the accuracy, as every user of it has. */
    private static NDArray crossEntropy(PtNDArray z, PtNDArray y) {
        NDArray rows = z.reshape(-1, z.getShape().get(z.getShape().dimension() - 1));
        NDArray classes = y.reshape(-1);
        rows.argMax(1).eq(classes).sum().getLong();
        return rows.logSoftmax(1).gather(classes.expandDims(1), 1).mean().neg();
    }

    private static NDArray binaryCrossEntropy(PtNDArray z, PtNDArray y) {
        z.gt(z.getManager().create(0f))
                .eq(y.gt(z.getManager().create(0.5f)))
                .sum()
                .getLong();
        return JniUtils.relu(z)
                .sub(z.mul(y))
                .add(JniUtils.softPlus((PtNDArray) z.abs().neg()))
                .mean();
    }

    /** Dense layers with ReLU in between. */
    static final class Mlp implements Forward {
        @Override
        public PtNDArray apply(PtNDArray x, PtNDArray[] p) {
            PtNDArray hidden = x;
            for (int layer = 0; layer < p.length - 2; layer += 2) {
                hidden = JniUtils.relu(JniUtils.linear(hidden, p[layer], p[layer + 1]));
            }
            return JniUtils.linear(hidden, p[p.length - 2], p[p.length - 1]);
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

    /** Embedding, LSTM, dense at every position. */
    record Lstm(int units) implements Forward {
        @Override
        public PtNDArray apply(PtNDArray x, PtNDArray[] p) {
            PtNDManager scope = x.getManager();
            Shape state = new Shape(1, x.getShape().get(0), units);
            NDList begin = new NDList(scope.zeros(state), scope.zeros(state));
            NDList weights = new NDList(p[1], p[2], p[3], p[4]);
            PtNDArray vectors = JniUtils.embedding(x, p[0], false);
            NDList out = JniUtils.lstm(vectors, begin, weights, true, 1, 0, true, false, true);
            return JniUtils.linear((PtNDArray) out.get(0), p[5], p[6]);
        }
    }

    /** GPT-2's blocks: attention and two dense layers, each behind a layer norm and added to what came in. */
    record Gpt(int blocks, int width, int heads) implements Forward {
        private static final int TENSORS_OF_A_BLOCK = 12;
        private static final double EPS = 1e-5;

        @Override
        public PtNDArray apply(PtNDArray x, PtNDArray[] p) {
            PtNDArray h = (PtNDArray) JniUtils.embedding(x, p[0], false).add(p[1]);
            int t = 2;
            for (int block = 0; block < blocks; block++, t += TENSORS_OF_A_BLOCK) {
                PtNDArray seen = attention(norm(h, p[t], p[t + 1]), p[t + 2], p[t + 3]);
                h = (PtNDArray) h.add(JniUtils.linear(seen, p[t + 4], p[t + 5]));
                PtNDArray wide = JniUtils.gelu(JniUtils.linear(norm(h, p[t + 6], p[t + 7]), p[t + 8], p[t + 9]));
                h = (PtNDArray) h.add(JniUtils.linear(wide, p[t + 10], p[t + 11]));
            }
            return JniUtils.linear(norm(h, p[t], p[t + 1]), p[t + 2], p[t + 3]);
        }

        private PtNDArray norm(PtNDArray x, PtNDArray weight, PtNDArray bias) {
            return JniUtils.layerNorm(x, new Shape(width), weight, bias, EPS);
        }

        private PtNDArray attention(PtNDArray x, PtNDArray weight, PtNDArray bias) {
            PtNDManager scope = x.getManager();
            long batch = x.getShape().get(0);
            long length = x.getShape().get(1);
            int size = width / heads;
            NDArray parts = JniUtils.linear(x, weight, bias)
                    .reshape(batch, length, 3, heads, size)
                    .transpose(2, 0, 3, 1, 4);
            NDArray query = parts.get(0);
            NDArray key = parts.get(1);
            NDArray later = scope.create(later((int) length), new Shape(length, length));
            NDArray weights = query.matMul(key.transpose(0, 1, 3, 2))
                    .mul(scope.create((float) (1 / Math.sqrt(size))))
                    .add(later)
                    .softmax(-1);
            return (PtNDArray)
                    weights.matMul(parts.get(2)).transpose(0, 2, 1, 3).reshape(batch, length, width);
        }

        /** What is added to hide the positions that come later. */
        private static float[] later(int length) {
            float[] mask = new float[length * length];
            for (int row = 0; row < length; row++) {
                Arrays.fill(mask, row * length + row + 1, (row + 1) * length, -1e9f);
            }
            return mask;
        }
    }
}
