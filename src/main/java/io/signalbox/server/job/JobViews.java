package io.signalbox.server.job;

import io.signalbox.event.Explanation;
import io.signalbox.event.JobState;
import io.signalbox.server.plugin.PluginTypes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/** Puts together what the API shows of jobs. */
@Service
public class JobViews {

    private final JobRepository jobs;
    private final JobProgressStore progress;
    private final JobQueue queue;
    private final JsonMapper json;
    private final PluginTypes types;
    private final TransactionTemplate reading;
    private final Map<Long, Pace> paces = new ConcurrentHashMap<>();

    /** Of jobs that run, out of their specs, which are long: summaries are asked for ten times a second. */
    private final Map<Long, Integer> batchSizes = new ConcurrentHashMap<>();

    JobViews(
            JobRepository jobs,
            JobProgressStore progress,
            JobQueue queue,
            JsonMapper json,
            PluginTypes types,
            PlatformTransactionManager transactions) {
        this.types = types;
        this.jobs = jobs;
        this.progress = progress;
        this.queue = queue;
        this.json = json;
        this.reading = new TransactionTemplate(transactions);
        this.reading.setReadOnly(true);
    }

    /** What the newest sign of life said; kept nowhere. */
    private record Pace(long step, double examplesPerSecond) {}

    /** A running trainer says how far it is. */
    public void pace(long jobId, long step, double examplesPerSecond) {
        paces.put(jobId, new Pace(step, examplesPerSecond));
    }

    /** The trainer of a job is gone. */
    public void forgetPace(long jobId) {
        paces.remove(jobId);
        batchSizes.remove(jobId);
    }

    /** A job with its spec. */
    public JobView full(long jobId) {
        return reading.execute(status -> {
            Job job = jobs.findById(jobId).orElseThrow();
            return view(job, progress.get(jobId), place(job), true);
        });
    }

    private JobQueue.@Nullable Place place(Job job) {
        return isQueued(job) ? queue.places(List.of(job.id())).get(job.id()) : null;
    }

    private static boolean isQueued(Job job) {
        return job.state() == JobState.QUEUED;
    }

    /** Jobs without their specs, in the order of {@code ids}; those that are gone are left out. */
    public List<JobView> summaries(Collection<Long> ids) {
        return reading.execute(status -> read(ids));
    }

    private List<JobView> read(Collection<Long> ids) {
        Map<Long, JobProgress> found = progress.get(ids);
        Map<Long, Job> rows = new HashMap<>();
        jobs.findAllById(ids).forEach(job -> rows.put(job.id(), job));
        Map<Long, JobQueue.Place> places = queue.places(
                rows.values().stream().filter(JobViews::isQueued).map(Job::id).toList());
        List<JobView> summaries = new ArrayList<>();
        for (Long id : ids) {
            Job job = rows.get(id);
            JobProgress p = found.get(id);
            if (job != null && p != null) {
                summaries.add(view(job, p, places.get(id), false));
            }
        }
        return summaries;
    }

    private JobView view(Job job, JobProgress p, JobQueue.@Nullable Place place, boolean full) {
        Long parent = job.parentJobId();
        Double best = p.bestValue();
        Integer bestEpoch = p.bestEpoch();
        return new JobView(
                job.id(),
                job.name(),
                job.experiment(),
                List.copyOf(job.tags()),
                job.state(),
                job.outcome(),
                place == null ? job.reason() : place.reason(),
                job.createdAt(),
                job.startedAt(),
                job.endedAt(),
                job.attempt(),
                job.priority(),
                job.submittedBy(),
                progress(job, p),
                p.latest(),
                best == null || bestEpoch == null ? null : new JobView.Best(job.bestMetric(), best, bestEpoch),
                p.learningRate(),
                p.learningRateOwner(),
                parent == null ? null : new JobView.Parent(parent, job.parentCheckpoint()),
                place == null ? null : (Long) place.position(),
                placement(job),
                p.lastSeq(),
                full ? callbacks(job, p) : null,
                full ? SpecMask.apply(json.readTree(job.spec()), types) : null,
                full ? json.readTree(job.warnings()) : null);
    }

    private JobView.@Nullable Placement placement(Job job) {
        return job.placement() == null ? null : json.readValue(job.placement(), JobView.Placement.class);
    }

    /** Before they told where they stand, their names alone. */
    private List<Explanation> callbacks(Job job, JobProgress p) {
        return p.callbacks() != null
                ? p.callbacks()
                : json.readTree(job.spec())
                        .path("callbacks")
                        .valueStream()
                        .map(callback -> new Explanation(
                                callback.path("name").asString(),
                                callback.path("type").asString(),
                                ""))
                        .toList();
    }

    private JobView.Progress progress(Job job, JobProgress p) {
        Pace pace = job.state().ended() ? null : paces.get(job.id());
        long step = pace == null ? p.step() : Math.max(pace.step(), p.step());
        double rate = pace == null || pace.examplesPerSecond() == 0 ? p.examplesPerSecond() : pace.examplesPerSecond();
        return new JobView.Progress(p.epoch(), p.epochs(), step, p.stepsPerEpoch(), rate, eta(job, p, step, rate));
    }

    /** Steps that are left at the present rate; the batch size is near enough the examples of a step. */
    private @Nullable Double eta(Job job, JobProgress p, long step, double examplesPerSecond) {
        if (job.state() != JobState.RUNNING || examplesPerSecond <= 0) {
            return null;
        }
        long left = Math.max(0, (long) p.epochs() * p.stepsPerEpoch() - step);
        int batchSize = batchSizes.computeIfAbsent(
                job.id(), id -> json.readTree(job.spec()).path("batch_size").asInt(1));
        return left * (double) batchSize / examplesPerSecond;
    }
}
