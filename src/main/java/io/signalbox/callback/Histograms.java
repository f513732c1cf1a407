package io.signalbox.callback;

import io.signalbox.spec.schema.Described;
import io.signalbox.spec.schema.Param;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Keeps, as an artifact, how the numbers of each weight tensor are spread at an epoch's end, and those of its gradient at the
 * epoch's last update, before clipping.
 */
final class Histograms implements Callback {

    @Described("Keeps histograms of weights and gradients over time, to look at on the job's page")
    record Params(
            @Param(
                    value = "Epochs between two histograms; the last epoch has one, too",
                    unit = "epochs",
                    defaultValue = "1",
                    min = 1,
                    max = 1_000_000)
            int every,

            @Param(value = "Histograms of gradients, too", defaultValue = "true")
            boolean gradients,

            @Param(value = "Bins of a histogram", unit = "bins", defaultValue = "40", min = 5, max = 100)
            int bins,

            @Param(
                    value = "Artifacts that are kept; of more the oldest are removed",
                    unit = "artifacts",
                    defaultValue = "100",
                    min = 1,
                    max = 500)
            int keep) {}

    /** Tensors that are looked at, the first of the network. */
    private static final int MOST_TENSORS = 300;

    private final String name;
    private final Params params;
    private final Artifacts artifacts;
    private boolean due;

    /** Those of the epoch's last update, from then to the epoch's end. */
    private ArrayNode gradients = JsonNodeFactory.instance.arrayNode();

    Histograms(String name, Params params) {
        this.name = name;
        this.params = params;
        this.artifacts = new Artifacts(name, Artifacts.Kind.HISTOGRAM, params.keep());
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void onTrainBegin(Run run) {
        due = false;
        gradients.removeAll();
    }

    @Override
    public void onTrainBatchBegin(int batch, Run run) {
        due = params.gradients()
                && batch == run.stepsPerEpoch() - 1
                && Artifacts.isDue(run.epoch(), params.every(), run);
        if (due) {
            run.insight().keepGradients();
        }
    }

    @Override
    public void onTrainBatchEnd(int batch, Logs logs, Run run) {
        gradients.removeAll();
        if (due) {
            run.insight().gradients(into(gradients));
        }
    }

    @Override
    public void onEpochEnd(int epoch, Logs logs, Run run) {
        if (!Artifacts.isDue(epoch, params.every(), run)) {
            return;
        }
        ObjectNode content = JsonNodeFactory.instance.objectNode();
        ArrayNode weights = content.putArray("weights");
        run.insight().weights(into(weights));
        content.set("gradients", gradients.deepCopy());
        gradients.removeAll();
        if (!weights.isEmpty()) {
            artifacts.keep(content, run);
        }
    }

    private Insight.Visitor into(ArrayNode list) {
        return (tensor, shape, values) -> {
            if (list.size() < MOST_TENSORS) {
                Histogram.of(values, params.bins()).toJson(list.addObject().put("name", tensor));
            }
        };
    }

    @Override
    public String explain(Run run) {
        return "keeps histograms of weights" + (params.gradients() ? " and gradients" : "") + " every "
                + (params.every() == 1 ? "epoch" : params.every() + " epochs");
    }

    /** A checkpoint may be made between an epoch's last update and its end. */
    @Override
    public ObjectNode state() {
        ObjectNode state = Callback.super.state();
        state.set("gradients", gradients.deepCopy());
        return state;
    }

    @Override
    public void restore(ObjectNode state) {
        gradients = (ArrayNode) state.get("gradients").deepCopy();
    }
}
