package io.signalbox.engine;

import io.signalbox.data.Examples;
import io.signalbox.data.Examples.ElementType;
import io.signalbox.data.TrainingData;
import io.signalbox.spec.CheckedSpec;
import io.signalbox.spec.LossSpec;
import io.signalbox.spec.model.LayerSpec;
import java.util.List;

/** Whether data and network fit: what PyTorch would not refuse, or refuse only in the middle of an epoch. */
final class Fit {

    private Fit() {}

    /** @throws IllegalArgumentException saying what does not fit */
    static void check(CheckedSpec checked, TrainingData data) {
        Examples training = data.training();
        if (training.count() == 0) {
            throw new IllegalArgumentException("the training part has no examples");
        }
        if (!training.shape().equals(checked.inputShape())) {
            throw new IllegalArgumentException("an example has the shape " + training.shape()
                    + ", the network was checked for " + checked.inputShape());
        }
        boolean classes = checked.spec().loss() instanceof LossSpec.CrossEntropy;
        if (classes && training.targetType() != ElementType.INT64) {
            throw new IllegalArgumentException(
                    "cross_entropy wants class indices, the target is " + training.targetType());
        }
        if (!classes && training.targetWidth() != checked.outputs()) {
            throw new IllegalArgumentException("the network has " + checked.outputs() + " outputs, the target "
                    + training.targetWidth() + " columns");
        }
        checkBatchNorm(checked, training.count());
    }

    /** The variance of one value is not defined: PyTorch's module refuses it, its operation would make NaN of it. */
    private static void checkBatchNorm(CheckedSpec checked, int examples) {
        int batchSize = checked.spec().batchSize();
        int smallest = examples % batchSize == 0 ? batchSize : examples % batchSize;
        if (Math.min(smallest, examples) > 1) {
            return;
        }
        for (int i = 0; i < checked.layers().size(); i++) {
            List<Integer> shape = checked.summaries().get(i).outputShape();
            boolean oneValue = shape.stream().skip(1).allMatch(side -> side == 1);
            if (checked.layers().get(i) instanceof LayerSpec.BatchNorm && oneValue) {
                throw new IllegalArgumentException(
                        "layer " + i + " batch_norm needs two examples in every batch, but of " + examples
                                + " examples in batches of " + batchSize + " one stays alone: change batch_size");
            }
        }
    }
}
