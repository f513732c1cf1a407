package io.signalbox.spec;

import io.signalbox.spec.schema.Described;
import io.signalbox.spec.schema.OrName;

/** What training minimises. Mean over the batch, natural logarithms, as in PyTorch. On the wire a name or an object. */
@OrName
public sealed interface LossSpec {

    /** Softmax and negative log likelihood over class scores, {@code torch.nn.CrossEntropyLoss}. */
    @Described("Cross entropy over class scores, for a target of classes (torch.nn.CrossEntropyLoss)")
    record CrossEntropy() implements LossSpec {}

    /** Sigmoid and binary cross entropy, {@code torch.nn.BCEWithLogitsLoss}. */
    @Described("Binary cross entropy over logits, for two classes or several labels (torch.nn.BCEWithLogitsLoss)")
    record BceWithLogits() implements LossSpec {}

    /** Mean squared error, {@code torch.nn.MSELoss}. */
    @Described("Mean squared error, for numbers (torch.nn.MSELoss)")
    record Mse() implements LossSpec {}
}
