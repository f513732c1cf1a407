package io.signalbox.spec;

import io.signalbox.spec.schema.Described;
import io.signalbox.spec.schema.OrName;
import io.signalbox.spec.schema.Param;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What training minimises. Mean over the batch, natural logarithms, as in PyTorch. On the wire a name or an object. */
@OrName
public sealed interface LossSpec
        permits LossSpec.CrossEntropy, LossSpec.BceWithLogits, LossSpec.Mse, LossSpec.L1, LossSpec.Huber {

    /** Softmax and negative log likelihood over class scores, {@code torch.nn.CrossEntropyLoss}. */
    @Described("Cross entropy over class scores, for a target of classes (torch.nn.CrossEntropyLoss)")
    record CrossEntropy(
            @Param(value = "Share of the target that goes to all classes alike", defaultValue = "0", min = 0, max = 1)
            double labelSmoothing,

            @Param(
                    value = "Weight of each class, in the order of the classes; the mean is over the weights",
                    min = 0,
                    maxItems = 100_000)
            @Nullable
            List<Double> classWeights)
            implements LossSpec {

        /** All classes alike. */
        public CrossEntropy() {
            this(0, null);
        }
    }

    /** Sigmoid and binary cross entropy, {@code torch.nn.BCEWithLogitsLoss}. */
    @Described("Binary cross entropy over logits, for two classes or several labels (torch.nn.BCEWithLogitsLoss)")
    record BceWithLogits(
            @Param(
                    value = "Weight of a label that applies, in the order of the labels; the mean is over all",
                    min = 0,
                    maxItems = 100_000)
            @Nullable
            List<Double> posWeight)
            implements LossSpec {

        /** Labels that apply count as those that do not. */
        public BceWithLogits() {
            this(null);
        }
    }

    /** Mean squared error, {@code torch.nn.MSELoss}. */
    @Described("Mean squared error, for numbers (torch.nn.MSELoss)")
    record Mse() implements LossSpec {}

    /** Mean absolute error, {@code torch.nn.L1Loss}. */
    @Described("Mean absolute error, for numbers (torch.nn.L1Loss)")
    record L1() implements LossSpec {}

    /** Squared near zero and absolute beyond, {@code torch.nn.HuberLoss}. */
    @Described("Half the squared error up to delta and linear beyond, for numbers with outliers (torch.nn.HuberLoss)")
    record Huber(
            @Param(
                    value = "Error from which on the loss is linear",
                    defaultValue = "1.0",
                    min = 0,
                    max = 1e6,
                    exclusiveMin = true)
            double delta)
            implements LossSpec {}

    /** Whether it compares numbers, not classes or labels. */
    default boolean ofNumbers() {
        return this instanceof Mse || this instanceof L1 || this instanceof Huber;
    }
}
