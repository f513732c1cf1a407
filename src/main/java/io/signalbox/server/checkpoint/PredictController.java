package io.signalbox.server.checkpoint;

import io.signalbox.server.job.Job;
import io.signalbox.server.job.Jobs;
import io.signalbox.server.job.OperatorModels;
import io.signalbox.server.web.BodyOf;
import io.signalbox.server.web.Problems;
import io.signalbox.server.web.SpecBody;
import io.signalbox.spec.Names;
import io.signalbox.spec.Problem;
import io.signalbox.spec.schema.Binder;
import io.signalbox.spec.schema.Param;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Answers inputs by the network of a checkpoint. */
@RestController
class PredictController {

    /** A thousand small images. */
    private static final int LONGEST = 16 << 20;

    private static final int MOST_INPUTS = 1000;

    private final Jobs jobs;
    private final OperatorModels models;
    private final CheckpointRows rows;
    private final Predictors predictors;

    PredictController(Jobs jobs, OperatorModels models, CheckpointRows rows, Predictors predictors) {
        this.jobs = jobs;
        this.models = models;
        this.rows = rows;
        this.predictors = predictors;
    }

    /** What is asked. */
    record PredictRequest(
            @Param(
                    value = "Name of the checkpoint, best or latest",
                    defaultValue = "\"best\"",
                    maxLength = 64,
                    pattern = Names.FILE)
            String checkpoint,

            @Param(
                    value =
                            "Of a table an object by column, or a list, each; of images pixels from 0 to 255, nested as their"
                                    + " shape is",
                    minItems = 1,
                    maxItems = MOST_INPUTS)
            List<JsonNode> inputs,

            @Param("Goes on with each input, a text, in place of telling what the network gives for it") @Nullable
            Generate generate) {}

    /** How a text is gone on with. */
    record Generate(
            @Param(value = "Tokens to add", unit = "tokens", defaultValue = "100", min = 1, max = 4096)
            int length,

            @Param(
                    value = "Scores are divided by it; 0 takes the likeliest token each time",
                    defaultValue = "1",
                    min = 0,
                    max = 100)
            double temperature,

            @Param(
                    value = "Draws among so many of the likeliest tokens only; 0 for all",
                    defaultValue = "0",
                    min = 0,
                    max = 1_000_000)
            int topK,

            @Param(value = "The same draws the same", defaultValue = "0", min = 0, max = 9007199254740991d)
            long seed) {}

    /**
     * What the network says.
     *
     * @param checkpoint that answered
     * @param outputs of the network for each input, as they leave its last layer; null where texts are generated
     * @param labels for each input: {@code label}, its {@code score} (a probability) and the {@code scores} of the ten
     *     likeliest; of several labels those that apply as {@code labels}; null where numbers are predicted
     * @param texts that come after the inputs, where texts are generated; else null
     */
    record Prediction(
            String checkpoint,
            @Nullable JsonNode outputs,
            @Nullable JsonNode labels,
            @Nullable JsonNode texts) {}

    @PostMapping("/api/v1/jobs/{id}/predict")
    @BodyOf(value = PredictRequest.class, longest = LONGEST)
    Prediction predict(@PathVariable long id, SpecBody body) {
        Job job = jobs.require(id);
        List<Problem> problems = new ArrayList<>();
        PredictRequest request = Binder.bind(body.node(), PredictRequest.class, "#", problems);
        if (request == null) {
            throw Problems.invalid(problems);
        }
        CheckpointRow checkpoint = rows.find(id, request.checkpoint())
                .orElseThrow(() -> Problems.notFound("checkpoint", request.checkpoint()));
        if (models.mayNotRun(job)) {
            throw Problems.conflict(OperatorModels.OFF);
        }
        ObjectNode asked = Binder.toJson(request);
        asked.remove("checkpoint");
        JsonNode answer = predictors.ask(id, checkpoint, asked);
        return new Prediction(checkpoint.name(), answer.get("outputs"), answer.get("labels"), answer.get("texts"));
    }
}
