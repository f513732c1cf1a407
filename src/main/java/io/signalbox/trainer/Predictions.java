package io.signalbox.trainer;

import io.signalbox.checkpoint.CheckpointException;
import io.signalbox.data.BadDataException;
import io.signalbox.engine.Generator;
import io.signalbox.engine.Predictor;
import io.signalbox.engine.Predictor.Likelihood;
import io.signalbox.engine.TrainingException;
import io.signalbox.spec.LossSpec;
import io.signalbox.spec.Problem;
import io.signalbox.spec.model.ModelSpec;
import io.signalbox.spec.schema.Binder;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Answers inputs by the network of a checkpoint, a line of JSON for a line of JSON, until there are no more: {@code
 * {"inputs": […]}} by {@code {"outputs": […], "labels": […] | null}}, by {@code {"errors": [problem]}} where the inputs are
 * not such, or by {@code {"failure": sentence}} where the checkpoint cannot be used.
 */
final class Predictions {

    private static final Logger LOG = LoggerFactory.getLogger(Predictions.class);
    private static final JsonMapper JSON = new JsonMapper();
    private static final String INPUTS = "inputs";

    /** Most numbers in an answer. */
    private static final int MOST_NUMBERS = 1 << 20;

    /** A label's {@code scores} are those of so many of the likeliest classes. */
    private static final int MOST_SCORES = 10;

    /** Most tokens to make for one request: what takes seconds, not minutes. */
    private static final int MOST_TOKENS = 4096;

    private static final double ONE_HALF = 0.5;

    private final Path job;
    private final String checkpoint;

    Predictions(Path job, String checkpoint) {
        this.job = job;
        this.checkpoint = checkpoint;
    }

    /** Goes on until the parent ends, and this process with it; returns only where the checkpoint cannot be used. */
    void answer(Parent parent, PrintStream out) throws IOException, InterruptedException {
        try (Predictor predictor = open()) {
            while (true) {
                tell(answer(parent.next(), predictor), out);
            }
        } catch (CheckpointException | IllegalArgumentException | TrainingException e) {
            LOG.warn("Checkpoint {} of {} cannot be used", checkpoint, job, e);
            tell(JSON.createObjectNode().put("failure", e.getMessage()), out);
        }
    }

    private static void tell(ObjectNode answer, PrintStream out) {
        out.println(answer);
        out.flush();
    }

    private Predictor open() throws IOException {
        JsonNode spec = JSON.readTree(Files.readAllBytes(job.resolve(Job.SPEC)));
        List<Problem> problems = new ArrayList<>();
        ModelSpec model = Binder.bindVariant(spec.get("model"), ModelSpec.class, "#/model", problems);
        LossSpec loss = Binder.bindVariant(spec.get("loss"), LossSpec.class, "#/loss", problems);
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException("the job's spec is not understood: " + problems);
        }
        return Predictor.open(
                job.resolve("checkpoints"), checkpoint, Objects.requireNonNull(model), Objects.requireNonNull(loss));
    }

    private static ObjectNode answer(String line, Predictor predictor) {
        JsonNode request = JSON.readTree(line);
        ArrayNode inputs = (ArrayNode) request.get(INPUTS);
        ObjectNode answer = JSON.createObjectNode();
        if (request.hasNonNull("generate")) {
            return generated(inputs, request.get("generate"), predictor);
        }
        int width = predictor.outputShape().stream().reduce(1, Math::multiplyExact);
        try {
            if ((long) width * inputs.size() > MOST_NUMBERS) {
                throw new BadDataException(List.of(new Problem(
                        "#/" + INPUTS,
                        "count",
                        "would be answered by " + (long) width * inputs.size() + " numbers; at most " + MOST_NUMBERS
                                + " are told: give " + MOST_NUMBERS / width + " inputs or fewer")));
            }
            List<double[]> outputs = predictor.predict(inputs, "#/" + INPUTS);
            ArrayNode numbers = answer.putArray("outputs");
            outputs.forEach(output -> nest(output, 0, predictor.outputShape(), numbers.addArray()));
            ArrayNode labels = JSON.createArrayNode();
            outputs.stream()
                    .map(predictor::labels)
                    .filter(likely -> !likely.isEmpty())
                    .forEach(likely -> labels.add(label(likely, predictor.severalLabels())));
            answer.set("labels", labels.isEmpty() ? JSON.nullNode() : labels);
        } catch (BadDataException e) {
            return errors(e.problems());
        }
        return answer;
    }

    private static ObjectNode errors(List<Problem> problems) {
        ObjectNode answer = JSON.createObjectNode();
        ArrayNode errors = answer.putArray("errors");
        problems.forEach(problem -> errors.addObject()
                .put("pointer", problem.pointer())
                .put("code", problem.code())
                .put("detail", problem.detail()));
        return answer;
    }

    private static ObjectNode generated(ArrayNode prompts, JsonNode how, Predictor predictor) {
        int length = how.get("length").asInt();
        List<Problem> problems = new ArrayList<>();
        if (!predictor.goesOn()) {
            problems.add(new Problem("#/generate", "option.not-applicable", "is of networks that go on with a text"));
        } else if ((long) length * prompts.size() > MOST_TOKENS) {
            String detail = "makes " + (long) length * prompts.size() + " tokens of all inputs; at most " + MOST_TOKENS;
            problems.add(new Problem("#/generate/length", "range.max", detail));
        }
        for (int i = 0; i < prompts.size() && problems.size() < Problem.MAX_REPORTED; i++) {
            if (!prompts.get(i).isString() || prompts.get(i).stringValue().isEmpty()) {
                problems.add(new Problem("#/" + INPUTS + "/" + i, "type.string", "must be a text to go on with"));
            }
        }
        if (!problems.isEmpty()) {
            return errors(problems);
        }
        Generator.Sampling sampling = new Generator.Sampling(
                length,
                how.get("temperature").asDouble(),
                how.get("top_k").asInt(),
                how.get("seed").asLong());
        ObjectNode answer = JSON.createObjectNode();
        ArrayNode texts = answer.putArray("texts");
        prompts.forEach(prompt -> texts.add(predictor.generate(prompt.stringValue(), sampling)));
        return answer;
    }

    /** Puts numbers into lists nested as their shape is; answers how many are done. */
    private static int nest(double[] numbers, int from, List<Integer> shape, ArrayNode into) {
        int at = from;
        for (int i = 0; i < shape.get(0); i++) {
            if (shape.size() > 1) {
                at = nest(numbers, at, shape.subList(1, shape.size()), into.addArray());
            } else {
                into.add((float) numbers[at++]);
            }
        }
        return at;
    }

    private static ObjectNode label(List<Likelihood> likely, boolean several) {
        ObjectNode label = JSON.createObjectNode();
        if (several) {
            ArrayNode applying = label.putArray("labels");
            likely.stream().filter(each -> each.score() >= ONE_HALF).forEach(each -> applying.add(each.label()));
        } else {
            label.put("label", likely.get(0).label()).put("score", likely.get(0).score());
        }
        ObjectNode scores = label.putObject("scores");
        likely.stream().limit(MOST_SCORES).forEach(each -> scores.put(each.label(), each.score()));
        return label;
    }
}
