package io.signalbox.spec;

import io.signalbox.spec.model.LayerSpec;
import io.signalbox.spec.model.ModelSpec;
import io.signalbox.spec.model.Network;
import java.util.List;

/** What a spec allows itself but probably does not mean. What concerns callbacks is the callback engine's knowledge. */
final class Warnings {

    private final JobSpec spec;
    private final Parts parts;
    private final Faults warnings = new Faults();

    private Warnings(JobSpec spec, Parts parts) {
        this.spec = spec;
        this.parts = parts;
    }

    static List<Problem> of(JobSpec spec, Parts parts, Network network) {
        Warnings found = new Warnings(spec, parts);
        found.data();
        found.lastLayer();
        found.batchNorm(network);
        found.opaque(network);
        return found.warnings.problems();
    }

    private void data() {
        if (spec.batchSize() > parts.training()) {
            String detail = spec.batchSize() + " is more than the " + parts.training()
                    + " training examples; each epoch is a single update";
            warnings.add("#/batch_size", "batch.too-large", detail);
        }
        DataSpec data = spec.data();
        if (data.stratify() && !data.splits()) {
            warnings.add("#/data/stratify", "stratify.unused", "does nothing without a validation_split or folds");
        }
        boolean table = data.target() != null;
        if (table && data.dataset().equals(data.validationDataset())) {
            String detail = "is the dataset that is trained on; use a validation_split to see what is learnt";
            warnings.add("#/data/validation_dataset", "validation.same", detail);
        }
    }

    private void lastLayer() {
        if (!(spec.model() instanceof ModelSpec.Sequential sequential)) {
            return;
        }
        int index = sequential.layers().size() - 1;
        LayerSpec last = sequential.layers().get(index);
        String pointer = "#/model/layers/" + index;
        boolean logits = spec.loss() != null && !spec.loss().ofNumbers();
        if (logits && (last instanceof LayerSpec.Softmax || last instanceof LayerSpec.Sigmoid)) {
            String detail = "the loss takes scores and applies this itself; leave the layer out";
            warnings.add(pointer, "loss.logits", detail);
        }
        if (last instanceof LayerSpec.Dropout) {
            warnings.add(pointer, "dropout.last", "drops outputs of the network itself; put it before the last layer");
        }
    }

    private void opaque(Network network) {
        if (spec.model().opaque()) {
            String detail =
                    "is code, which only a trainer runs: its layers, its parameters and the size of a checkpoint are"
                            + " not known before training begins, when it is tried first: of one example it must give "
                            + network.output();
            warnings.add("#/model", "model.opaque", detail);
        }
    }

    /** PyTorch normalises a single value by a variance of 0, and its running variance becomes NaN. */
    private void batchNorm(Network network) {
        boolean single = spec.batchSize() == 1 || parts.training() % spec.batchSize() == 1;
        for (Network.Step step : single ? network.steps() : List.<Network.Step>of()) {
            if (step.layer() instanceof LayerSpec.BatchNorm && step.givesOneValuePerChannel()) {
                String detail = "the last of " + parts.training() + " training examples makes a batch of one, which"
                        + " batch_norm cannot normalise; choose another batch size";
                warnings.add("#/batch_size", "batch.single", detail);
                return;
            }
        }
    }
}
