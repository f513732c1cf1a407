package io.signalbox.engine;

import io.signalbox.data.Examples;
import io.signalbox.data.Examples.ElementType;
import io.signalbox.data.TrainingData;
import io.signalbox.spec.CheckedSpec;
import io.signalbox.spec.LossSpec;
import io.signalbox.spec.model.LayerSpec;
import io.signalbox.spec.model.Network;

/** Whether data and network fit: what PyTorch would not refuse, or refuse only in the middle of an epoch. */
final class Fit {

    private Fit() {}

    /** @throws IllegalArgumentException saying what does not fit */
    static void check(CheckedSpec checked, TrainingData data) {
        Examples training = data.training();
        if (training.count() == 0) {
            throw new IllegalArgumentException("the training part has no examples");
        }
        if (!training.shape().equals(checked.input().shape())) {
            throw new IllegalArgumentException("an example has the shape " + training.shape()
                    + ", the network was checked for " + checked.input().shape());
        }
        if (checked.input().ofTokens() != (training.type() == ElementType.INT64)) {
            throw new IllegalArgumentException("the network was checked for "
                    + (checked.input().ofTokens() ? "token ids" : "numbers") + ", examples are " + training.type());
        }
        if (checked.spec().model().opaque()) {
            return; // a trial tells
        }
        Network network = Network.of(checked.layers(), checked.input());
        if (!checked.spec().model().reconstructs()) {
            checkTarget(checked, network, training);
        }
        checkBatchNorm(checked, network, training.count());
    }

    private static void checkTarget(CheckedSpec checked, Network network, Examples training) {
        boolean classes = checked.spec().loss() instanceof LossSpec.CrossEntropy;
        if (classes && training.targetType() != ElementType.INT64) {
            throw new IllegalArgumentException(
                    "cross_entropy wants class indices, the target is " + training.targetType());
        }
        int positions = network.output().size() == 1 ? 1 : network.output().get(0);
        if (classes && training.targetWidth() != positions) {
            throw new IllegalArgumentException("the network gives classes at " + positions
                    + " positions, the target has " + training.targetWidth());
        }
        if (!classes && training.targetWidth() != checked.outputs()) {
            throw new IllegalArgumentException("the network has " + checked.outputs() + " outputs, the target "
                    + training.targetWidth() + " columns");
        }
    }

    /** The variance of one value is not defined: PyTorch's module refuses it, its operation would make NaN of it. */
    private static void checkBatchNorm(CheckedSpec checked, Network network, int examples) {
        int batchSize = checked.spec().batchSize();
        int smallest = examples % batchSize == 0 ? batchSize : examples % batchSize;
        if (Math.min(smallest, examples) > 1) {
            return;
        }
        for (Network.Step step : network.steps()) {
            if (step.layer() instanceof LayerSpec.BatchNorm && step.givesOneValuePerChannel()) {
                throw new IllegalArgumentException(
                        "layer " + step.name() + " needs two examples in every batch, but of " + examples
                                + " examples in batches of " + batchSize + " one stays alone: change batch_size");
            }
        }
    }
}
