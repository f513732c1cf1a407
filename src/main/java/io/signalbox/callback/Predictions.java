package io.signalbox.callback;

import io.signalbox.callback.Insight.Kind;
import io.signalbox.callback.Insight.Outputs;
import io.signalbox.callback.Insight.Target;
import io.signalbox.spec.schema.Constrained;
import io.signalbox.spec.schema.Described;
import io.signalbox.spec.schema.Param;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.PriorityQueue;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Keeps, as an artifact, what the network makes of the validation part's examples: the worst mistakes first, then those that it
 * was right about by the least. Of a network that goes on with texts it is a text that it wrote.
 */
final class Predictions extends ValidationArtifacts {

    @Described(
            "Keeps sample predictions, the worst mistakes first, and the text that a language model writes, over time")
    record Params(
            @Param(
                    value = "Epochs between two samples; the last epoch has one, too",
                    unit = "epochs",
                    defaultValue = "1",
                    min = 1,
                    max = 1_000_000)
            int every,

            @Param(value = "Examples of a sample", unit = "examples", defaultValue = "16", min = 1, max = 100)
            int count,

            @Param(value = "What a text begins with; the data's first tokens by default", maxLength = 1000) @Nullable
            String prompt,

            @Param(value = "Tokens that a text goes on for", unit = "tokens", defaultValue = "200", min = 1, max = 2000)
            int length,

            @Param(
                    value = "Scores of the next token are divided by it; 0 takes the highest",
                    defaultValue = "0.8",
                    min = 0,
                    max = 10)
            double temperature,

            @Param(
                    value = "Artifacts that are kept; of more the oldest are removed",
                    unit = "artifacts",
                    defaultValue = "20",
                    min = 1,
                    max = 500)
            int keep)
            implements Constrained, FitsJob {

        @Override
        public void check(Rules rules) {
            if (prompt != null && prompt.isBlank()) {
                rules.broken("prompt", "pattern", "must have a letter; leave it out for the data's first tokens");
            }
        }

        @Override
        public void check(JobFacts job, Rules rules) {
            // Every job predicts something.
        }

        @Override
        public void doubt(JobFacts job, Rules doubts) {
            boolean positions = !job.layers().isEmpty()
                    && job.layers().get(job.layers().size() - 1).outputShape().size() > 1;
            if (!positions) {
                Artifacts.doubtValidation(job, doubts);
            }
        }
    }

    private static final int MOST_SCORES = 5;

    /** Pictures are left out of an artifact that is larger than this without them. */
    private static final int MOST_CHARACTERS = Artifacts.MOST_BYTES / 2;

    /** An example and how wrong the network was; a score for each of the likeliest classes, or for each label or number. */
    private record Sample(int example, boolean wrong, double loss, int[] of, double[] scores, double[] wanted) {}

    private static final Comparator<Sample> WORST_FIRST = Comparator.comparing(Sample::wrong)
            .thenComparing(Sample::loss)
            .reversed()
            .thenComparing(Sample::example);

    private final Params params;
    private final PriorityQueue<Sample> worst = new PriorityQueue<>(WORST_FIRST.reversed());
    private long mistakes;

    Predictions(String name, Params params) {
        super(name, new Artifacts(name, Artifacts.Kind.IMAGE, params.keep()), params.every());
        this.params = params;
    }

    @Override
    boolean suits(@Nullable Target target, Run run) {
        return !run.insight().goesOn();
    }

    @Override
    void clear() {
        worst.clear();
        mistakes = 0;
    }

    @Override
    void look(Target target, Outputs outputs) {
        for (int row = 0; row < outputs.rows(); row++) {
            add(sample(new Chances(target, outputs, row), target, outputs.first() + row));
        }
    }

    private void add(Sample sample) {
        mistakes += sample.wrong() ? 1 : 0;
        worst.add(sample);
        if (worst.size() > params.count()) {
            worst.remove();
        }
    }

    private static Sample sample(Chances chances, Target target, int example) {
        boolean numbers = target.kind() == Kind.NUMBERS;
        int[] of = IntStream.range(0, chances.count()).toArray();
        if (!numbers) {
            of = IntStream.of(of)
                    .boxed()
                    .sorted(Comparator.comparingDouble((Integer i) -> chances.logOdds(i))
                            .reversed())
                    .mapToInt(Integer::intValue)
                    .toArray();
        }
        int[] first = IntStream.of(of).limit(MOST_SCORES).toArray();
        return new Sample(
                example,
                !numbers && !chances.right(),
                chances.loss(),
                first,
                IntStream.of(first)
                        .mapToDouble(i -> numbers ? chances.predicted(i) : chances.probability(i))
                        .toArray(),
                numbers
                        ? IntStream.of(first).mapToDouble(chances::wanted).toArray()
                        : IntStream.range(0, chances.count())
                                .filter(chances::holds)
                                .limit(MOST_SCORES)
                                .asDoubleStream()
                                .toArray());
    }

    @Override
    public void onEpochEnd(int epoch, Logs logs, Run run) {
        if (run.insight().goesOn() && isDue(epoch, run)) {
            Insight.Generated generated =
                    run.insight().generate(params.prompt(), params.length(), params.temperature());
            ObjectNode content = JsonNodeFactory.instance.objectNode();
            content.put("view", "text").put("prompt", generated.prompt()).put("text", generated.text());
            artifacts.keep(content, run);
        }
    }

    @Override
    ObjectNode content(Target target, long examples, Run run) {
        Insight insight = run.insight();
        ObjectNode content = JsonNodeFactory.instance.objectNode();
        content.put("view", "samples")
                .put("of", target.kind().name().toLowerCase(Locale.ROOT))
                .put("examples", examples);
        if (target.kind() != Kind.NUMBERS) {
            content.put("mistakes", mistakes);
        }
        ArrayNode samples = content.putArray("samples");
        List<Sample> sorted = new ArrayList<>(worst);
        sorted.sort(WORST_FIRST);
        int characters = 0;
        int positions = Math.max(1, (int) (examples / Math.max(1, insight.validationExamples())));
        for (Sample sample : sorted) {
            ObjectNode json = samples.addObject();
            put(sample, target, json);
            int example = sample.example() / positions;
            String picture = insight.picture(example);
            characters += picture == null ? 0 : picture.length();
            if (picture != null && characters <= MOST_CHARACTERS) {
                json.put("picture", picture);
            }
            String text = insight.text(example);
            if (text != null) {
                json.put("text", text);
            }
        }
        return content;
    }

    private static void put(Sample sample, Target target, ObjectNode json) {
        boolean numbers = target.kind() == Kind.NUMBERS;
        json.put("example", sample.example()).put("wrong", sample.wrong());
        if (Double.isFinite(sample.loss())) {
            json.put("loss", sample.loss());
        }
        ArrayNode scores = json.putArray("scores");
        for (int i = 0; i < sample.of().length; i++) {
            ObjectNode score = scores.addObject().put("label", target.names().get(sample.of()[i]));
            if (Double.isFinite(sample.scores()[i])) {
                score.put("score", sample.scores()[i]);
            }
            if (numbers) {
                score.put("target", sample.wanted()[i]);
            }
        }
        ArrayNode labels = json.putArray("labels");
        for (double wanted : numbers ? new double[0] : sample.wanted()) {
            labels.add(target.names().get((int) wanted));
        }
    }

    @Override
    public String explain(Run run) {
        if (!run.insight().goesOn() && run.insight().validationExamples() == 0) {
            return "keeps nothing: there is no validation data";
        }
        return (run.insight().goesOn() ? "has the network write a text" : "keeps the worst predictions") + " every "
                + (params.every() == 1 ? "epoch" : params.every() + " epochs");
    }
}
