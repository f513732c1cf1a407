package io.signalbox.server.checkpoint;

import io.signalbox.link.PredictorProcess;
import io.signalbox.server.Home;
import io.signalbox.server.files.JobCheckpoints;
import io.signalbox.server.web.Problems;
import io.signalbox.spec.Problem;
import jakarta.annotation.PreDestroy;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Processes that predict, one for a checkpoint, few at a time, so that jobs go on as they do. One that has answered waits a
 * while for the next inputs: to start it and to load PyTorch takes seconds, to answer milliseconds. Thread-safe.
 */
@Component
class Predictors {

    private static final Logger log = LoggerFactory.getLogger(Predictors.class);

    /** Processes at once, at work or waiting. */
    private static final int MOST = 2;

    private static final Duration IDLE = Duration.ofSeconds(60);
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(60);
    private static final Duration TURN_WITHIN = Duration.ofSeconds(20);
    private static final int RETRY_AFTER_SECONDS = 10;

    private final JobCheckpoints bucket;
    private final Home home;
    private final JsonMapper json;
    private final Semaphore turns = new Semaphore(MOST, true);
    private final Map<Key, PredictorProcess> waiting = new LinkedHashMap<>();
    private final Executor later = CompletableFuture.delayedExecutor(IDLE.toMillis(), TimeUnit.MILLISECONDS);
    private boolean open = true;

    /** What a process has loaded; a checkpoint written anew under the same name is another. */
    private record Key(long job, String checkpoint, String sha256) {}

    Predictors(JobCheckpoints bucket, Home home, JsonMapper json) {
        this.bucket = bucket;
        this.home = home;
        this.json = json;
    }

    /**
     * What a checkpoint's network says to inputs.
     *
     * @param request {@code inputs}, and {@code generate} where texts are to be gone on with
     * @return {@code outputs} and {@code labels}, or {@code texts}
     * @throws io.signalbox.server.web.ApiException 409 for a checkpoint that cannot be used, 422 for inputs that are not those
     *     of its network, 429 if others keep all processes busy, 503 if the answer does not come
     */
    JsonNode ask(long job, CheckpointRow checkpoint, ObjectNode request) {
        takeTurn();
        try {
            bucket.bring(job, checkpoint.name(), checkpoint.sha256());
            return answered(ask(new Key(job, checkpoint.name(), checkpoint.sha256()), request.toString()));
        } finally {
            turns.release();
        }
    }

    private void takeTurn() {
        try {
            if (!turns.tryAcquire(TURN_WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
                throw Problems.tooMany("Other predictions keep all " + MOST + " processes busy.", RETRY_AFTER_SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Problems.unavailable("The server is stopping.", RETRY_AFTER_SECONDS);
        }
    }

    private JsonNode ask(Key key, String line) {
        PredictorProcess predictor = take(key);
        boolean answered = false;
        try {
            predictor = predictor == null
                    ? PredictorProcess.start(home.job(key.job()), key.checkpoint(), home.run())
                    : predictor;
            JsonNode answer = json.readTree(predictor.ask(line, ANSWER_WITHIN));
            answered = !answer.has("failure");
            return answer;
        } catch (IOException e) {
            log.warn("job {}: no prediction by checkpoint {}: {}", key.job(), key.checkpoint(), e.getMessage());
            throw Problems.unavailable(
                    "The process that predicts ended without an answer. Give it fewer inputs.", RETRY_AFTER_SECONDS);
        } catch (TimeoutException e) {
            throw Problems.unavailable(
                    "There was no answer within " + ANSWER_WITHIN.toSeconds() + " s. Give it fewer inputs.",
                    RETRY_AFTER_SECONDS);
        } finally {
            if (predictor != null) {
                putBack(key, predictor, answered);
            }
        }
    }

    /** A process that waits with that checkpoint. None: makes room for one, for those that wait are as many as have turns. */
    private synchronized @Nullable PredictorProcess take(Key key) {
        waiting.values().removeIf(predictor -> !predictor.isAlive());
        PredictorProcess predictor = waiting.remove(key);
        if (predictor == null && waiting.size() > turns.availablePermits()) {
            Key oldest = waiting.keySet().iterator().next();
            end(oldest, waiting.get(oldest));
        }
        return predictor;
    }

    private synchronized void putBack(Key key, PredictorProcess predictor, boolean usable) {
        if (!usable || !open || waiting.containsKey(key)) {
            predictor.end();
        } else {
            waiting.put(key, predictor);
            long answers = predictor.answers();
            later.execute(() -> endIfIdle(key, predictor, answers));
        }
    }

    private synchronized void endIfIdle(Key key, PredictorProcess predictor, long answers) {
        if (predictor.answers() == answers) {
            end(key, predictor);
        }
    }

    private synchronized void end(Key key, @Nullable PredictorProcess predictor) {
        if (predictor != null && waiting.remove(key, predictor)) {
            predictor.end();
        }
    }

    private static JsonNode answered(JsonNode answer) {
        if (answer.has("failure")) {
            throw Problems.conflict(
                    "The checkpoint cannot be used: " + answer.get("failure").asString());
        }
        if (answer.has("errors")) {
            List<Problem> problems = new ArrayList<>();
            answer.get("errors")
                    .forEach(error -> problems.add(new Problem(
                            error.get("pointer").asString(),
                            error.get("code").asString(),
                            error.get("detail").asString())));
            throw Problems.invalid(problems);
        }
        return answer;
    }

    @PreDestroy
    synchronized void close() {
        open = false;
        waiting.values().forEach(PredictorProcess::end);
        waiting.clear();
    }
}
