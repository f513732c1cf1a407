package io.signalbox.callback;

import io.signalbox.callback.Insight.Kind;
import io.signalbox.callback.Insight.Target;
import io.signalbox.spec.CheckedSpec.LayerSummary;
import io.signalbox.spec.schema.Constrained.Rules;
import io.signalbox.spec.schema.Described;
import io.signalbox.spec.schema.Param;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Keeps, as an artifact, where a layer puts examples of the validation part: its output for each, of a picture's channels and of
 * a sequence's features the means. The examples are spread evenly over the part, and the same every time.
 */
final class Embeddings implements Callback {

    @Described("Keeps a layer's outputs for examples of the validation part, to look at how it groups them")
    record Params(
            @Param(
                    value = "Number of the layer, as the layer table has it; the one before the last by default",
                    min = 0,
                    max = 100_000)
            @Nullable
            Integer layer,

            @Param(
                    value = "Epochs between two embeddings; the last epoch has one, too",
                    unit = "epochs",
                    defaultValue = "1",
                    min = 1,
                    max = 1_000_000)
            int every,

            @Param(value = "Examples that are looked at", unit = "examples", defaultValue = "500", min = 2, max = 2000)
            int examples,

            @Param(
                    value = "Artifacts that are kept; of more the oldest are removed",
                    unit = "artifacts",
                    defaultValue = "20",
                    min = 1,
                    max = 500)
            int keep)
            implements FitsJob {

        @Override
        public void check(JobFacts job, Rules rules) {
            List<LayerSummary> layers = outermost(job);
            if (layer != null && layer >= layers.size()) {
                rules.broken("layer", "layer.unknown", "must be from 0 to " + (layers.size() - 1) + ", was " + layer);
            } else if (!layers.isEmpty()) {
                List<Integer> shape = layers.get(number(job)).outputShape();
                int width = shape.size() == 2 ? shape.get(1) : shape.get(0);
                if (width > MOST_DIMENSIONS) {
                    rules.broken(
                            "layer",
                            "range.max",
                            "gives " + width + " numbers an example, " + MOST_DIMENSIONS
                                    + " are the most: name a later layer");
                }
            }
        }

        @Override
        public void doubt(JobFacts job, Rules doubts) {
            Artifacts.doubtValidation(job, doubts);
        }

        int number(JobFacts job) {
            return layer != null ? layer : Math.max(0, outermost(job).size() - 2);
        }

        /** Those that are within no other. */
        static List<LayerSummary> outermost(JobFacts job) {
            return job.layers().stream()
                    .filter(layer -> !layer.name().split(" ", 2)[0].contains("."))
                    .toList();
        }
    }

    private static final int MOST_DIMENSIONS = 2048;

    /** Of an artifact; of wider outputs there are fewer examples. */
    private static final int MOST_NUMBERS = 1 << 19;

    private final String name;
    private final Params params;
    private final Artifacts artifacts;

    Embeddings(String name, Params params) {
        this.name = name;
        this.params = params;
        this.artifacts = new Artifacts(name, Artifacts.Kind.EMBEDDING, params.keep());
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void onEpochEnd(int epoch, Logs logs, Run run) {
        Insight insight = run.insight();
        JobFacts job = insight.job();
        int all = insight.validationExamples();
        if (job == null || all == 0 || !Artifacts.isDue(epoch, params.every(), run)) {
            return;
        }
        int layer = params.number(job);
        int[] examples = spread(all, Math.min(all, params.examples()));
        List<float[]> rows = insight.layerOutputs(layer, examples);
        int width = rows.get(0).length;
        int count = Math.min(rows.size(), Math.max(2, MOST_NUMBERS / width));
        ObjectNode content = JsonNodeFactory.instance.objectNode();
        content.put("layer", Params.outermost(job).get(layer).name())
                .put("dimensions", width)
                .put("vectors", base64(rows.subList(0, Math.min(count, rows.size()))));
        labels(insight, examples, count, content);
        artifacts.keep(content, run);
    }

    private static int[] spread(int all, int count) {
        int[] examples = new int[count];
        for (int i = 0; i < count; i++) {
            examples[i] = (int) ((long) i * all / count);
        }
        return examples;
    }

    /** Floats, little-endian, row by row. */
    private static String base64(List<float[]> rows) {
        ByteBuffer bytes = ByteBuffer.allocate(rows.size() * rows.get(0).length * Float.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN);
        for (float[] row : rows) {
            for (float value : row) {
                bytes.putFloat(value);
            }
        }
        return Base64.getEncoder().encodeToString(bytes.array());
    }

    private static void labels(Insight insight, int[] examples, int count, ObjectNode content) {
        Target target = insight.target();
        ArrayNode places = content.putArray("examples");
        ArrayNode labels = content.putArray("labels");
        for (int i = 0; i < count; i++) {
            places.add(examples[i]);
            double[] wanted = insight.targetOf(examples[i]);
            if (target != null && wanted.length == 1) {
                boolean named = target.kind() != Kind.NUMBERS && target.names().size() > 1;
                labels.add(named ? target.names().get((int) Math.round(wanted[0])) : Numbers.brief(wanted[0]));
            }
        }
    }

    @Override
    public String explain(Run run) {
        return run.insight().validationExamples() == 0
                ? "keeps nothing: there is no validation data"
                : "keeps a layer's outputs every " + (params.every() == 1 ? "epoch" : params.every() + " epochs");
    }
}
