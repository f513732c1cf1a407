package io.signalbox.server.replay;

import io.signalbox.callback.Metric;
import io.signalbox.callback.replay.Recording;
import io.signalbox.event.Event;
import io.signalbox.event.EventDetail.BatchEnd;
import io.signalbox.event.EventJson;
import io.signalbox.server.history.EpochLogs;
import io.signalbox.server.ingest.EventStore;
import io.signalbox.server.job.JobView;
import io.signalbox.server.job.JobViews;
import io.signalbox.server.job.Jobs;
import io.signalbox.spec.MetricSpec;
import io.signalbox.spec.schema.Binder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/** The jobs of this server as recordings. */
@Component
class RecordedJobs {

    /** Batches whose logs are read at most; a longer job is replayed without them. */
    private static final long MOST_BATCH_LOGS = 100_000;

    private static final int PAGE = 5_000;

    /** The original run's own; in a replay the callbacks log theirs. */
    private static final String LEARNING_RATE = "learning_rate";

    private final Jobs jobs;
    private final JobViews views;
    private final EpochLogs epochLogs;
    private final EventStore events;

    RecordedJobs(Jobs jobs, JobViews views, EpochLogs epochLogs, EventStore events) {
        this.jobs = jobs;
        this.views = views;
        this.epochLogs = epochLogs;
        this.events = events;
    }

    /** The epochs of a job that have ended so far; a 404 problem if there is no such job. */
    Recording of(long jobId) {
        jobs.require(jobId);
        JobView job = views.full(jobId);
        JsonNode spec = Objects.requireNonNull(job.spec());
        int steps = job.progress().stepsPerEpoch();
        List<Map<String, Double>> history = history(jobId);
        return new Recording(
                Math.max(job.progress().epochs(), history.size()),
                steps,
                spec.path("optimizer").path(LEARNING_RATE).asDouble(),
                history,
                spec.path("log_every").asInt(0) == 1 ? batchLogs(jobId, history.size(), steps) : null,
                spec.path("metrics").valueStream().map(RecordedJobs::metric).toList());
    }

    private static Metric metric(JsonNode spec) {
        MetricSpec metric = Binder.bindVariant(spec, MetricSpec.class, "#", new ArrayList<>());
        return Metric.named(
                Objects.requireNonNull(metric, "a metric of a checked spec").name());
    }

    private List<Map<String, Double>> history(long jobId) {
        List<Map<String, Double>> history = new ArrayList<>();
        for (EpochLogs.Row row : epochLogs.of(jobId)) {
            if (row.epoch() != history.size()) {
                break;
            }
            row.logs().remove(LEARNING_RATE);
            history.add(row.logs());
        }
        return history;
    }

    /** Means over the epoch so far, as callbacks saw them; null unless every batch was told of. */
    private @Nullable List<List<Map<String, Double>>> batchLogs(long jobId, int epochs, int steps) {
        if ((long) epochs * steps > MOST_BATCH_LOGS) {
            return null;
        }
        Map<Long, Map<String, Double>> told = told(jobId, steps);
        List<List<Map<String, Double>>> batchLogs = new ArrayList<>();
        for (int epoch = 0; epoch < epochs; epoch++) {
            List<Map<String, Double>> batches = new ArrayList<>();
            Map<String, Double> sums = new LinkedHashMap<>();
            for (int batch = 0; batch < steps; batch++) {
                Map<String, Double> logs = told.get((long) epoch * steps + batch);
                if (logs == null) {
                    return null;
                }
                logs.forEach((name, value) -> sums.merge(name, value, Double::sum));
                Map<String, Double> means = new LinkedHashMap<>();
                int count = batch + 1;
                sums.forEach((name, sum) -> means.put(name, sum / count));
                batches.add(means);
            }
            batchLogs.add(batches);
        }
        return batchLogs;
    }

    /** By the number of the batch in the job. What was trained again after a restart counts as it was told last. */
    private Map<Long, Map<String, Double>> told(long jobId, int steps) {
        Map<Long, Map<String, Double>> told = new LinkedHashMap<>();
        long after = -1;
        List<EventStore.Stored> page;
        do {
            page = events.after(jobId, after, PAGE);
            for (EventStore.Stored stored : page) {
                after = stored.seq();
                Event event = stored.type().equals("batch_end") ? EventJson.read(stored.body()) : null;
                if (event != null && event.epoch() != null && event.detail() instanceof BatchEnd batch) {
                    batch.logs().remove(LEARNING_RATE);
                    told.put((long) event.epoch() * steps + batch.batch(), batch.logs());
                }
            }
        } while (page.size() == PAGE);
        return told;
    }
}
