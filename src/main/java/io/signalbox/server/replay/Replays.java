package io.signalbox.server.replay;

import io.signalbox.callback.replay.Recording;
import io.signalbox.callback.replay.Replay;
import io.signalbox.server.Uptime;
import io.signalbox.server.replay.ReplayAnswer.Single;
import io.signalbox.server.replay.ReplayAnswer.Varied;
import io.signalbox.server.web.Problems;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.springframework.stereotype.Service;
import tools.jackson.databind.node.ObjectNode;

/** Runs replays: a few at a time, each within a bounded number of batches and a bounded time. */
@Service
class Replays {

    /** All that one request may take, over all its variants. */
    private static final Duration BUDGET = Duration.ofSeconds(10);

    private static final int AT_A_TIME = 2;
    private static final int WAIT_SECONDS = 5;

    private final RecordedJobs jobs;
    private final Clock clock;
    private final Uptime uptime;
    private final Semaphore permits = new Semaphore(AT_A_TIME, true);

    Replays(RecordedJobs jobs, Clock clock, Uptime uptime) {
        this.jobs = jobs;
        this.clock = clock;
        this.uptime = uptime;
    }

    /** Answers a request's body; a 422 problem for one that breaks rules. */
    ReplayAnswer answer(ObjectNode body) {
        Plan plan = Plan.of(body);
        List<Variant> variants = plan.request().vary() == null
                ? List.of()
                : Variant.of(body, plan.request().vary());
        return permitted(() -> run(plan, variants));
    }

    private ReplayAnswer permitted(Supplier<ReplayAnswer> replay) {
        try {
            if (!permits.tryAcquire(WAIT_SECONDS, TimeUnit.SECONDS)) {
                throw Problems.tooMany("Other replays are running; try again.", 1);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Problems.unavailable("The server is going down.", WAIT_SECONDS);
        }
        try {
            return replay.get();
        } finally {
            permits.release();
        }
    }

    private ReplayAnswer run(Plan plan, List<Variant> variants) {
        ReplayRequest request = plan.request();
        Recording recording = request.jobId() == null ? PostedHistory.read(request) : jobs.of(request.jobId());
        checkBatches(recording, Math.max(1, variants.size()));
        Duration end = uptime.now().plus(BUDGET);
        BooleanSupplier expired = () -> uptime.now().compareTo(end) > 0;
        if (request.vary() == null) {
            return single(plan, recording, expired);
        }
        List<Varied.Variant> answers = new ArrayList<>();
        for (Variant variant : variants) {
            answers.add(new Varied.Variant(variant.value(), single(variant.plan(), recording, expired)));
        }
        return new Varied(answers);
    }

    private Single single(Plan plan, Recording recording, BooleanSupplier expired) {
        ReplayRequest request = plan.request();
        Recording asked = new Recording(
                request.epochs() == null ? recording.epochs() : request.epochs(),
                recording.stepsPerEpoch(),
                request.learningRate() == null ? recording.learningRate() : request.learningRate(),
                recording.history(),
                recording.batchLogs(),
                recording.metrics());
        Replay.Outcome outcome = Replay.of(asked, request.callbacks(), plan.folders(), expired);
        return Single.of(outcome, request.jobId() == null ? 0 : request.jobId(), clock.instant());
    }

    private static void checkBatches(Recording recording, int variants) {
        long batches = (long) recording.history().size() * recording.stepsPerEpoch() * variants;
        if (batches > ReplayRequest.MOST_BATCHES) {
            throw Problems.invalid(
                    "#/steps_per_epoch",
                    "replay.batches",
                    "a replay goes through at most " + ReplayRequest.MOST_BATCHES
                            + " batches in all, these were " + batches
                            + "; send fewer epochs, steps_per_epoch or values to vary");
        }
    }
}
