package io.signalbox.spec;

import io.signalbox.spec.model.Input;
import io.signalbox.spec.model.LayerSpec;
import java.util.List;

/**
 * A spec that was checked against its data: nothing is open any more.
 *
 * @param spec with loss, metrics and seed filled in
 * @param input what one example is
 * @param outputs size of the last dimension of what the network gives
 * @param classes names of the classes, in order of their index; empty unless the loss is cross entropy or binary cross
 *     entropy on one target
 * @param layers the network with presets expanded, numbered as in {@code torch.nn.Sequential}
 * @param summaries of each layer, for people
 * @param parameters trainable numbers in all
 * @param trainingExamples examples of the training part
 * @param validationExamples examples of the validation part, 0 for none
 * @param stepsPerEpoch updates in one epoch; the last batch may be smaller
 * @param checkpointBytes forecast of one full checkpoint
 * @param warnings what is allowed but probably not meant
 */
public record CheckedSpec(
        JobSpec spec,
        Input input,
        int outputs,
        List<String> classes,
        List<LayerSpec> layers,
        List<LayerSummary> summaries,
        long parameters,
        int trainingExamples,
        int validationExamples,
        int stepsPerEpoch,
        long checkpointBytes,
        List<Problem> warnings) {

    /** With the updates that callbacks make of an epoch's batches, and more warnings. */
    public CheckedSpec with(int updates, List<Problem> allWarnings) {
        return with(spec, updates, allWarnings);
    }

    /** With weights to begin with. */
    public CheckedSpec beginningWith(InitialWeights weights) {
        return with(spec.beginningWith(weights), stepsPerEpoch, warnings);
    }

    private CheckedSpec with(JobSpec newSpec, int updates, List<Problem> allWarnings) {
        return new CheckedSpec(
                newSpec,
                input,
                outputs,
                classes,
                layers,
                summaries,
                parameters,
                trainingExamples,
                validationExamples,
                updates,
                checkpointBytes,
                allWarnings);
    }

    /**
     * A row of the layer table.
     *
     * @param name PyTorch's index and the type: {@code 0 conv2d}, {@code 3.0 conv2d} for one within layer 3, whose own row
     *     comes first
     * @param parameters of its own, without those within it
     */
    public record LayerSummary(String name, List<Integer> outputShape, long parameters) {}
}
