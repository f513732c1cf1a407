package io.signalbox.callback;

import io.signalbox.callback.Insight.Kind;
import io.signalbox.callback.Insight.Outputs;
import io.signalbox.callback.Insight.Target;
import io.signalbox.spec.JobSpec;
import io.signalbox.spec.LossSpec;
import io.signalbox.spec.schema.Constrained.Rules;
import io.signalbox.spec.schema.Described;
import io.signalbox.spec.schema.Param;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Keeps, as an artifact, which class was taken for which in validation, and each class's ROC and precision-recall curve
 * against all others. Counted in the very validation pass that {@code val_} metrics stem from, so that the matrix's diagonal
 * is {@code val_accuracy}. Of several labels that can apply at once there are the curves alone.
 */
final class ConfusionMatrix extends ValidationArtifacts {

    @Described("Keeps the confusion matrix of the validation part, with ROC and precision-recall curves, over time")
    record Params(
            @Param(
                    value = "Epochs between two matrices; the last epoch has one, too",
                    unit = "epochs",
                    defaultValue = "1",
                    min = 1,
                    max = 1_000_000)
            int every,

            @Param(value = "ROC and precision-recall curves, too", defaultValue = "true")
            boolean curves,

            @Param(
                    value = "Artifacts that are kept; of more the oldest are removed",
                    unit = "artifacts",
                    defaultValue = "50",
                    min = 1,
                    max = 500)
            int keep)
            implements FitsJob {

        @Override
        public void check(JobFacts job, Rules rules) {
            JobSpec spec = job.spec();
            boolean classes =
                    spec.loss() instanceof LossSpec.CrossEntropy || spec.loss() instanceof LossSpec.BceWithLogits;
            if (!classes || spec.model().reconstructs()) {
                rules.broken("", "unsupported", "needs a job that predicts classes or labels: leave it out");
            } else if (outputs(job) > MOST_CLASSES) {
                rules.broken(
                        "",
                        "range.max",
                        "is of " + MOST_CLASSES + " classes at most, the network has " + outputs(job)
                                + " outputs: leave it out");
            }
        }

        private static int outputs(JobFacts job) {
            if (job.layers().isEmpty()) {
                return 1;
            }
            List<Integer> last = job.layers().get(job.layers().size() - 1).outputShape();
            return last.get(last.size() - 1);
        }

        @Override
        public void doubt(JobFacts job, Rules doubts) {
            Artifacts.doubtValidation(job, doubts);
        }
    }

    private static final int MOST_CLASSES = 200;
    private static final int MOST_POINTS = 200;
    private static final int FEWEST_POINTS = 25;
    private static final int POINTS_IN_ALL = 4000;

    private final Params params;
    private long @Nullable [][] matrix;
    private RankCurves @Nullable [] curves;

    ConfusionMatrix(String name, Params params) {
        super(name, new Artifacts(name, Artifacts.Kind.TABLE, params.keep()), params.every());
        this.params = params;
    }

    @Override
    boolean suits(@Nullable Target target, Run run) {
        return target != null && target.kind() != Kind.NUMBERS && target.names().size() <= MOST_CLASSES;
    }

    @Override
    void clear() {
        matrix = null;
        curves = null;
    }

    @Override
    void look(Target target, Outputs outputs) {
        if (curves == null) {
            curves = begin(target, outputs.width());
        }
        for (int row = 0; row < outputs.rows(); row++) {
            add(new Chances(target, outputs, row), curves);
        }
    }

    private RankCurves[] begin(Target target, int width) {
        int classes = target.names().size();
        boolean several = target.kind() == Kind.LABELS && width > 1;
        matrix = several ? null : new long[classes][classes];
        var begun = new RankCurves[params.curves() ? classes : 0];
        Arrays.setAll(begun, i -> new RankCurves());
        return begun;
    }

    private void add(Chances chances, RankCurves[] begun) {
        if (matrix != null) {
            matrix[chances.trueClass()][chances.likeliest()]++;
        }
        for (int i = 0; i < begun.length; i++) {
            begun[i].add(chances.logOdds(i), chances.holds(i));
        }
    }

    @Override
    ObjectNode content(Target target, long examples, Run run) {
        ObjectNode content = JsonNodeFactory.instance.objectNode();
        content.put("view", "confusion").put("examples", examples);
        ArrayNode classes = content.putArray("classes");
        target.names().forEach(classes::add);
        ArrayNode rows = content.putArray("matrix");
        for (long[] row : matrix == null ? new long[0][] : matrix) {
            ArrayNode cells = rows.addArray();
            for (long cell : row) {
                cells.add(cell);
            }
        }
        ArrayNode all = content.putArray("curves");
        RankCurves[] drawn = curves == null ? new RankCurves[0] : curves;
        int points = Math.max(FEWEST_POINTS, Math.min(MOST_POINTS, POINTS_IN_ALL / Math.max(1, drawn.length)));
        for (int i = 0; i < drawn.length; i++) {
            drawn[i].toJson(all.addObject().put("class", target.names().get(i)), points);
        }
        return content;
    }

    @Override
    public String explain(Run run) {
        return run.insight().validationExamples() == 0
                ? "keeps nothing: there is no validation data"
                : "counts which class is taken for which every "
                        + (params.every() == 1 ? "epoch" : params.every() + " epochs");
    }
}
