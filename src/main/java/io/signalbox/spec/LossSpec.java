package io.signalbox.spec;

/** What training minimises. Mean over the batch, natural logarithms, as in PyTorch. On the wire a name or an object. */
public sealed interface LossSpec {

    /** Softmax and negative log likelihood over class scores, {@code torch.nn.CrossEntropyLoss}. */
    record CrossEntropy() implements LossSpec {}

    /** Sigmoid and binary cross entropy, {@code torch.nn.BCEWithLogitsLoss}. */
    record BceWithLogits() implements LossSpec {}

    /** Mean squared error, {@code torch.nn.MSELoss}. */
    record Mse() implements LossSpec {}
}
