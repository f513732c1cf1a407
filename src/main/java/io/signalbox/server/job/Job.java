package io.signalbox.server.job;

import io.signalbox.event.JobState;
import io.signalbox.event.Outcome;
import jakarta.persistence.CollectionTable;
import jakarta.persistence.Column;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.FetchType;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.OrderColumn;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.hibernate.annotations.BatchSize;
import org.jspecify.annotations.Nullable;

/**
 * One requested training. Its state moves only by {@link #move}, which {@link JobProjection} calls for events of the job's
 * stream; how far the training is lies in {@link JobProgress}.
 */
@Entity
@Table(name = "job")
public class Job {

    /** No job that crashed waits longer to be tried again, whatever the clock says meanwhile. */
    public static final Duration LONGEST_WAIT = Duration.ofMinutes(5);

    private static final int LONGEST_REASON = 2000;

    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    private @Nullable Long id;

    @Version
    private long version;

    private @Nullable String name;
    private @Nullable String experiment;

    @ElementCollection(fetch = FetchType.LAZY)
    @CollectionTable(name = "job_tag", joinColumns = @JoinColumn(name = "job_id"))
    @OrderColumn(name = "ordinal")
    @Column(name = "tag")
    @BatchSize(size = 100)
    private List<String> tags = new ArrayList<>();

    @Enumerated(EnumType.STRING)
    private JobState state = JobState.QUEUED;

    @Enumerated(EnumType.STRING)
    private @Nullable Outcome outcome;

    private @Nullable String reason;
    private Instant createdAt = Instant.EPOCH;
    private @Nullable Instant startedAt;
    private @Nullable Instant endedAt;
    private int attempt;
    private int crashes;
    private int retries;
    private int priority;
    private String submittedBy = "";
    private int cpus = 1;
    private int gpus;
    private @Nullable Long memory;
    private @Nullable Instant notBefore;
    private @Nullable Long crashStep;
    private int crashesThere;
    private @Nullable String secretSha256;
    private String dataset = "";
    private @Nullable String validationDataset;
    private String datasetSha256 = "";
    private String spec = "";
    private String warnings = "";
    private @Nullable String idempotencyKey;
    private String bodySha256 = "";
    private @Nullable Long parentJobId;
    private @Nullable String parentCheckpoint;
    private @Nullable String goesOnFrom;
    private @Nullable String anew;
    private String bestMetric = "";
    private String bestDirection = "";
    private @Nullable String placement;

    /** For JPA. */
    protected Job() {}

    Job(Submission submission, Instant now) {
        var checked = submission.checked().spec();
        this.name = checked.name();
        this.experiment = checked.experiment();
        this.tags = new ArrayList<>(checked.tags());
        this.createdAt = now;
        this.retries = checked.retries();
        this.priority = checked.priority();
        this.submittedBy = submission.by();
        this.cpus = checked.resources().cpus();
        this.gpus = checked.resources().gpus();
        this.memory = checked.resources().memoryBytes();
        this.dataset = checked.data().dataset();
        this.validationDataset = checked.data().validationDataset();
        this.datasetSha256 = submission.datasetSha256();
        this.spec = submission.specJson();
        this.warnings = submission.warningsJson();
        this.idempotencyKey = submission.idempotencyKey();
        this.bodySha256 = submission.bodySha256();
        this.bestMetric = submission.best().metric();
        this.bestDirection = submission.best().direction();
    }

    /** It comes out of another job's checkpoint. */
    void comesFrom(Forks.Origin origin) {
        parentJobId = origin.jobId();
        parentCheckpoint = origin.checkpoint().name();
        if (origin.goesOn()) {
            goOnFrom(origin.checkpoint().sha256(), origin.anew());
        }
    }

    /** Moves to another state; false, with nothing changed, if that is not a legal move. */
    boolean move(JobState to, @Nullable Outcome why, @Nullable String because, Instant when) {
        if (!JobTransitions.legal(state, to)) {
            return false;
        }
        if (state.ended()) {
            outcome = null;
            reason = null;
            endedAt = null;
            crashes = 0;
            crashesThere = 0;
        }
        if (to == JobState.RUNNING) {
            reason = null;
        }
        state = to;
        if (to == JobState.RUNNING && startedAt == null) {
            startedAt = when;
        }
        if (to.ended()) {
            outcome = why;
            reason = because == null ? null : because.substring(0, Math.min(because.length(), LONGEST_REASON));
            endedAt = when;
        }
        return true;
    }

    /** Goes on from a checkpoint by somebody's wish, without what of it is left. */
    public void goOnFrom(String manifestSha256, List<String> left) {
        goesOnFrom = manifestSha256;
        anew = String.join(",", left);
    }

    /** SHA-256 of the manifest of the checkpoint that somebody had it go on from; null for none. */
    public @Nullable String goesOnFrom() {
        return goesOnFrom;
    }

    /** What of that checkpoint is left. */
    public List<String> anew() {
        return anew == null || anew.isEmpty() ? List.of() : List.of(anew.split(","));
    }

    /** Says why it is about to be paused, until it runs again. */
    public void pausesBecause(String why) {
        reason = why;
    }

    /** From now on this is the spec that it runs by. */
    public void changeSpec(String json) {
        spec = json;
    }

    /** A new process run begins; whoever knows the secret is it. */
    public void beginAttempt(String newSecretSha256) {
        attempt++;
        secretSha256 = newSecretSha256;
    }

    /**
     * The trainer died: counts it.
     *
     * @param step how far it had come
     */
    public void crashed(long step) {
        crashes++;
        crashesThere = crashStep != null && crashStep == step ? crashesThere + 1 : 1;
        crashStep = step;
    }

    /** Crashes that cost a retry. */
    public int crashes() {
        return crashes;
    }

    /** How often one after another it crashed where it crashed last. */
    public int crashesThere() {
        return crashesThere;
    }

    /** Its launcher says where the newest attempt is: a {@link JobView.Placement}, JSON. */
    public void placed(String json) {
        placement = json;
    }

    @Nullable
    String placement() {
        return placement;
    }

    /** It is not to be started before then, which is {@link #LONGEST_WAIT} away at most. */
    public void waitUntil(Instant when) {
        notBefore = when;
    }

    /** Who asked for it. */
    String submittedBy() {
        return submittedBy;
    }

    /** What it may use, bytes; null for no bound. */
    public @Nullable Long memory() {
        return memory;
    }

    /** Counts the changes of its state, its spec and whatever else is not how far it has come. */
    public long version() {
        return version;
    }

    public long id() {
        if (id == null) {
            throw new IllegalStateException("the job was not saved yet");
        }
        return id;
    }

    public JobState state() {
        return state;
    }

    public int attempt() {
        return attempt;
    }

    public @Nullable String secretSha256() {
        return secretSha256;
    }

    public String dataset() {
        return dataset;
    }

    public @Nullable String validationDataset() {
        return validationDataset;
    }

    /** SHA-256 of the dataset's content at submission, hex. */
    public String datasetSha256() {
        return datasetSha256;
    }

    /** The spec as run, JSON. */
    public String spec() {
        return spec;
    }

    public @Nullable Instant startedAt() {
        return startedAt;
    }

    public int retries() {
        return retries;
    }

    @Nullable
    String name() {
        return name;
    }

    @Nullable
    String experiment() {
        return experiment;
    }

    List<String> tags() {
        return tags;
    }

    @Nullable
    Outcome outcome() {
        return outcome;
    }

    @Nullable
    String reason() {
        return reason;
    }

    Instant createdAt() {
        return createdAt;
    }

    @Nullable
    Instant endedAt() {
        return endedAt;
    }

    public int priority() {
        return priority;
    }

    String warnings() {
        return warnings;
    }

    String bodySha256() {
        return bodySha256;
    }

    @Nullable
    Long parentJobId() {
        return parentJobId;
    }

    @Nullable
    String parentCheckpoint() {
        return parentCheckpoint;
    }

    /** What the job's best epoch is measured by. */
    public String bestMetric() {
        return bestMetric;
    }
}
