package io.signalbox.server.job;

import io.signalbox.callback.CallbackCheck;
import io.signalbox.callback.Callbacks;
import io.signalbox.callback.JobFacts;
import io.signalbox.callback.LearningRatePlan;
import io.signalbox.callback.Lint;
import io.signalbox.data.Hashes;
import io.signalbox.event.EventDetail.StateChanged;
import io.signalbox.event.JobState;
import io.signalbox.failpoint.Failpoint;
import io.signalbox.server.dataset.DatasetUse;
import io.signalbox.server.dataset.Datasets;
import io.signalbox.server.ingest.Ingest;
import io.signalbox.server.plugin.PluginTypes;
import io.signalbox.server.security.CurrentUser;
import io.signalbox.server.web.Problems;
import io.signalbox.spec.CheckedSpec;
import io.signalbox.spec.DatasetSchema;
import io.signalbox.spec.InitialWeights;
import io.signalbox.spec.InvalidSpecException;
import io.signalbox.spec.JobSpec;
import io.signalbox.spec.Problem;
import io.signalbox.spec.SpecCheck;
import io.signalbox.spec.SpecParser;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.stereotype.Service;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Takes jobs in and finds them again. */
@Service
public class Jobs implements DatasetUse {

    private static final List<JobState> ENDED =
            Arrays.stream(JobState.values()).filter(JobState::ended).toList();

    private final JobRepository repository;
    private final JobProgressStore progress;
    private final Datasets datasets;
    private final StartingWeights weights;
    private final JobQueue queue;
    private final OperatorModels models;
    private final Ingest ingest;
    private final TransactionTemplate transactions;
    private final JsonMapper json;
    private final Clock clock;
    private final List<SpecRule> rules;
    private final DiskBudget disk;
    private final SpecParser parser;

    Jobs(
            JobRepository repository,
            JobProgressStore progress,
            Datasets datasets,
            StartingWeights weights,
            JobQueue queue,
            OperatorModels models,
            Ingest ingest,
            TransactionTemplate transactions,
            JsonMapper json,
            Clock clock,
            List<SpecRule> rules,
            DiskBudget disk,
            PluginTypes types) {
        this.disk = disk;
        this.repository = repository;
        this.progress = progress;
        this.datasets = datasets;
        this.weights = weights;
        this.queue = queue;
        this.models = models;
        this.ingest = ingest;
        this.transactions = transactions;
        this.json = json;
        this.clock = clock;
        this.rules = rules;
        this.parser = new SpecParser(types);
    }

    /** A job, and whether it was created by this call. */
    public record Submitted(Job job, boolean created) {}

    /** The job of that id; a 404 problem if there is none. */
    public Job require(long id) {
        return repository.findById(id).orElseThrow(() -> Problems.notFound("job", id));
    }

    /** Checks a spec against all that is known here. */
    public CheckedSpec check(ObjectNode body) {
        JobSpec spec = parser.parse(body);
        DatasetSchema schema = schema(spec.data().dataset(), "#/data/dataset");
        String validation = spec.data().validationDataset();
        CheckedSpec fitting = SpecCheck.check(
                spec, schema, validation == null ? null : schema(validation, "#/data/validation_dataset"));
        CheckedSpec checked = fitting.with(
                Callbacks.updates(fitting.spec().callbacks(), fitting.stepsPerEpoch()), fitting.warnings());
        List<Problem> broken = new ArrayList<>();
        rules.forEach(rule -> rule.check(checked.spec(), broken));
        if (!broken.isEmpty()) {
            throw new InvalidSpecException(broken);
        }
        InitialWeights initial = checked.spec().initialWeights();
        JobFacts facts = facts(checked);
        LearningRatePlan plan = LearningRatePlan.of(facts);
        List<Problem> problems = CallbackCheck.problems(facts, plan);
        if (!problems.isEmpty()) {
            throw new InvalidSpecException(problems);
        }
        List<Problem> warnings = new ArrayList<>(checked.warnings());
        warnings.addAll(CallbackCheck.doubts(facts, plan));
        boolean validates = checked.validationExamples() > 0;
        warnings.addAll(Lint.check(checked.spec(), facts.metrics(), validates, checked.stepsPerEpoch()));
        warnings.addAll(disk.doubts(checked));
        CheckedSpec whole = checked.with(checked.stepsPerEpoch(), warnings);
        return initial == null ? whole : whole.beginningWith(weights.settle(initial, checked));
    }

    /** How the learning rate of a checked spec will go. */
    List<LearningRatePlan.Point> learningRates(CheckedSpec checked) {
        return LearningRatePlan.of(facts(checked)).points();
    }

    private static JobFacts facts(CheckedSpec checked) {
        return new JobFacts(
                checked.spec(),
                checked.stepsPerEpoch(),
                logged(checked, checked.validationExamples() > 0),
                checked.summaries());
    }

    /** The spec as JSON, every default in it. */
    public ObjectNode toJson(JobSpec spec) {
        return parser.toJson(spec);
    }

    /**
     * Creates a job. With an idempotency key that was used before, answers the job of then, or a 422 problem if the body is
     * another.
     */
    public Submitted submit(ObjectNode body, @Nullable String idempotencyKey) {
        Several one = submit(List.of(body), json.writeValueAsString(body), idempotencyKey);
        return new Submitted(one.jobs().get(0), one.created());
    }

    /** Jobs that were asked for together, and whether they were created by this call. */
    record Several(List<Job> jobs, boolean created) {}

    /**
     * Creates several jobs, or none. The key is that of the first; the others have it with {@code #1}, {@code #2} … behind.
     *
     * @param asked what was asked for, as text: with the same key it must be the same again
     */
    Several submit(List<ObjectNode> bodies, String asked, @Nullable String idempotencyKey) {
        String hash = Hashes.sha256(asked.getBytes(StandardCharsets.UTF_8));
        List<String> keys = keys(idempotencyKey, bodies.size());
        Several before = again(keys, hash);
        if (!before.jobs().isEmpty()) {
            return before;
        }
        List<Submission> submissions = new ArrayList<>();
        for (int i = 0; i < bodies.size(); i++) {
            submissions.add(submission(bodies.get(i), keys.isEmpty() ? null : keys.get(i), hash));
        }
        try {
            return new Several(
                    transactions.execute(status -> {
                        List<Job> created = submissions.stream()
                                .map(submission -> create(submission, null, child -> {}))
                                .toList();
                        Failpoint.reach("submit.before-commit");
                        return created;
                    }),
                    true);
        } catch (DataIntegrityViolationException e) {
            Several meanwhile = again(keys, hash);
            if (meanwhile.jobs().isEmpty()) {
                throw e;
            }
            return meanwhile;
        }
    }

    /** Of each job its own; none where there is none. */
    private static List<String> keys(@Nullable String first, int count) {
        List<String> keys = new ArrayList<>();
        for (int i = 0; i < count && first != null; i++) {
            keys.add(i == 0 ? first : first + "#" + i);
        }
        return keys;
    }

    private Submission submission(ObjectNode body, @Nullable String key, String hash) {
        CheckedSpec checked = check(body);
        disk.require(checked);
        return new Submission(
                checked,
                json.writeValueAsString(toJson(checked.spec())),
                json.writeValueAsString(checked.warnings()),
                datasets.find(checked.spec().data().dataset()).orElseThrow().sha256(),
                BestMetric.of(checked),
                key,
                hash,
                CurrentUser.name());
    }

    /** Creates a job out of another's checkpoint. {@code prepare} has its files in place before anybody can start it. */
    Job fork(ObjectNode spec, Forks.Origin origin, LongConsumer prepare) {
        return create(submission(spec, null, ""), origin, prepare);
    }

    private Job create(Submission submission, Forks.@Nullable Origin origin, LongConsumer prepare) {
        queue.requireRoom();
        return transactions.execute(status -> {
            Job created = new Job(submission, clock.instant().truncatedTo(ChronoUnit.MILLIS));
            if (origin != null) {
                created.comesFrom(origin);
            }
            Job job = repository.saveAndFlush(created);
            prepare.accept(job.id());
            JobSpec spec = submission.checked().spec();
            if (spec.initialWeights() != null) {
                weights.keep(job.id(), spec.initialWeights());
            }
            models.keep(job.id(), spec.model());
            progress.create(
                    job.id(),
                    spec.epochs(),
                    submission.checked().stepsPerEpoch(),
                    spec.optimizer().learningRate());
            ingest.begin(job.id(), new StateChanged(null, JobState.QUEUED, null, null));
            return job;
        });
    }

    /** Those of then that are still there. */
    private Several again(List<String> keys, String hash) {
        List<Job> earlier = new ArrayList<>();
        keys.forEach(key -> repository.findByIdempotencyKey(key).ifPresent(earlier::add));
        for (Job job : earlier) {
            if (!job.bodySha256().equals(hash)) {
                throw Problems.invalid(
                        "Idempotency-Key",
                        "idempotency.mismatch",
                        "this key was used for job " + job.id() + " with another body; use a new key");
            }
        }
        return new Several(earlier, false);
    }

    private DatasetSchema schema(String dataset, String pointer) {
        return datasets.find(dataset)
                .orElseThrow(() -> new InvalidSpecException(List.of(new Problem(
                        pointer,
                        "dataset.not-found",
                        "there is no dataset '" + dataset + "'; GET /api/v1/datasets lists those there are"))))
                .schema();
    }

    /** A 409 problem if the dataset of a job is gone or has other content than when it was submitted. */
    public void requireSameDataset(Job job) {
        boolean same = datasets.find(job.dataset())
                .filter(dataset -> dataset.sha256().equals(job.datasetSha256()))
                .isPresent();
        if (!same) {
            throw Problems.conflict("the dataset '" + job.dataset() + "' of job " + job.id()
                    + " is gone or has other content than when the job was submitted");
        }
    }

    private static Set<String> logged(CheckedSpec checked, boolean validates) {
        Set<String> names = new HashSet<>(List.of("loss"));
        names.addAll(checked.spec().metricNames());
        if (validates) {
            List.copyOf(names).forEach(name -> names.add("val_" + name));
        }
        return names;
    }

    @Override
    public boolean inUse(String dataset) {
        return repository.countUsing(dataset, ENDED) > 0;
    }
}
