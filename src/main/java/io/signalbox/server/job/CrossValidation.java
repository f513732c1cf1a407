package io.signalbox.server.job;

import io.signalbox.server.web.Problems;
import io.signalbox.spec.InvalidSpecException;
import io.signalbox.spec.Problem;
import io.signalbox.spec.SpecCheck;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A family of jobs that differ in the fold that validates. They share a tag, {@code folds-} and a few characters, by which
 * they are found, and a seed.
 */
@Service
class CrossValidation {

    private static final String DATA = "data";
    private static final String FOLDS = "folds";
    private static final String TAG = FOLDS + "-";
    private static final int TAG_CHARACTERS = 8;
    private static final int FEWEST = 2;
    private static final int MOST = 100;

    private final Jobs jobs;
    private final JobRepository repository;
    private final JobViews views;
    private final JsonMapper json;

    CrossValidation(Jobs jobs, JobRepository repository, JobViews views, JsonMapper json) {
        this.jobs = jobs;
        this.repository = repository;
        this.views = views;
        this.json = json;
    }

    /**
     * How the folds of a family did.
     *
     * @param metric that the best epoch of each is measured by
     * @param mean of the best values so far; null before the first
     * @param std standard deviation of these (divided by their count)
     */
    record Summary(
            int k,
            @Nullable String metric,
            @Nullable Double mean,
            @Nullable Double std,
            List<Fold> folds) {}

    /** One fold of them; {@code best} is null before the end of its first epoch. */
    record Fold(int fold, long jobId, String state, JobView.@Nullable Best best) {}

    /** The specs of all folds. */
    List<ObjectNode> specs(ObjectNode body, int k) {
        if (k < FEWEST || k > MOST) {
            throw Problems.invalidParameter(FOLDS, k, "a number of folds from " + FEWEST + " to " + MOST);
        }
        if (body.path(DATA).hasNonNull(FOLDS)) {
            throw new InvalidSpecException(List.of(new Problem(
                    "#/data/folds", "exclusive", "is asked for in the query already; leave one of them out")));
        }
        String tag = TAG + UUID.randomUUID().toString().substring(0, TAG_CHARACTERS);
        long seed = SpecCheck.drawSeed();
        List<ObjectNode> specs = new ArrayList<>();
        for (int fold = 0; fold < k; fold++) {
            specs.add(spec(body, k, fold, tag, seed));
        }
        return specs;
    }

    /** What cannot be understood is left as it is, for the parser to refuse. */
    private static ObjectNode spec(ObjectNode body, int k, int fold, String tag, long seed) {
        ObjectNode spec = body.deepCopy();
        if (spec.path(DATA) instanceof ObjectNode data) {
            data.putObject(FOLDS).put("k", k).put("fold", fold);
        }
        if (!spec.hasNonNull("tags")) {
            spec.putArray("tags");
        }
        if (spec.get("tags") instanceof ArrayNode tags) {
            tags.add(tag);
        }
        if (!spec.hasNonNull("seed")) {
            spec.put("seed", seed);
        }
        return spec;
    }

    /** Creates the jobs of all folds, or none; of a key that was used before those of then. */
    Jobs.Several submit(ObjectNode body, int k, @Nullable String idempotencyKey) {
        String asked = json.writeValueAsString(body) + "?folds=" + k;
        return jobs.submit(specs(body, k), asked, idempotencyKey);
    }

    /** The family that a job is of; a 404 problem if it is of none. */
    Summary summary(long jobId) {
        Job job = jobs.require(jobId);
        JsonNode own = folds(job);
        String tag = views.full(jobId).tags().stream()
                .filter(name -> name.startsWith(TAG))
                .findFirst()
                .orElseThrow(() -> Problems.notFound("family of folds with job", jobId));
        Map<Integer, Long> members = new TreeMap<>();
        for (Job member : repository.findTagged(tag)) {
            JsonNode of = folds(member);
            if (of.isObject() && of.path("k").equals(own.path("k"))) {
                members.putIfAbsent(of.path("fold").asInt(), member.id());
            }
        }
        Map<Long, JobView> seen = new HashMap<>();
        views.summaries(members.values()).forEach(view -> seen.put(view.id(), view));
        List<Fold> folds = new ArrayList<>();
        members.forEach((fold, id) -> {
            JobView view = seen.get(id);
            if (view != null) {
                folds.add(new Fold(fold, id, view.state().wireName(), view.best()));
            }
        });
        return summary(own.path("k").asInt(), folds);
    }

    private static Summary summary(int k, List<Fold> folds) {
        List<JobView.Best> best = new ArrayList<>();
        for (Fold fold : folds) {
            if (fold.best() != null) {
                best.add(fold.best());
            }
        }
        if (best.isEmpty()) {
            return new Summary(k, null, null, null, folds);
        }
        double mean = best.stream().mapToDouble(JobView.Best::value).average().orElseThrow();
        double variance = best.stream()
                .mapToDouble(value -> (value.value() - mean) * (value.value() - mean))
                .average()
                .orElseThrow();
        return new Summary(k, best.get(0).metric(), mean, Math.sqrt(variance), folds);
    }

    private JsonNode folds(Job job) {
        return json.readTree(job.spec()).path(DATA).path(FOLDS);
    }
}
