package io.signalbox.server.job;

import io.signalbox.callback.LearningRatePlan;
import io.signalbox.failpoint.Failpoint;
import io.signalbox.server.web.IfMatch;
import io.signalbox.server.web.Page;
import io.signalbox.server.web.Paging;
import io.signalbox.server.web.SpecBody;
import io.signalbox.spec.CheckedSpec;
import io.signalbox.spec.Problem;
import jakarta.servlet.http.HttpServletResponse;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.node.ObjectNode;

/** Submits, lists, shows and deletes jobs. */
@RestController
@RequestMapping("/api/v1/jobs")
class JobController {

    private final Jobs jobs;
    private final JobViews views;
    private final JobList list;
    private final JobRemoval removal;
    private final CrossValidation folds;
    private final TimeEstimate times;

    JobController(
            Jobs jobs, JobViews views, JobList list, JobRemoval removal, CrossValidation folds, TimeEstimate times) {
        this.times = times;
        this.folds = folds;
        this.jobs = jobs;
        this.views = views;
        this.list = list;
        this.removal = removal;
    }

    /**
     * What a submission would be.
     *
     * @param estimatedSeconds of training; null where no job of that kind has trained here
     * @param estimatedBy the job whose speed that is
     */
    record DryRun(
            ObjectNode spec,
            long parameters,
            List<CheckedSpec.LayerSummary> layers,
            int stepsPerEpoch,
            long checkpointBytes,
            List<LearningRatePlan.Point> learningRates,
            @Nullable Double estimatedSeconds,
            @Nullable Long estimatedBy,
            List<Problem> warnings) {}

    @PostMapping
    ResponseEntity<Object> submit(
            SpecBody body,
            @RequestParam(name = "dry_run", defaultValue = "false") boolean dryRun,
            @RequestParam(name = "folds", required = false) @Nullable Integer k,
            @RequestHeader(name = "Idempotency-Key", required = false) @Nullable String idempotencyKey) {
        if (dryRun) {
            CheckedSpec checked = jobs.check(
                    k == null ? body.node() : folds.specs(body.node(), k).get(0));
            ObjectNode spec = jobs.toJson(checked.spec());
            TimeEstimate.Estimate time = times.of(checked, spec);
            return ResponseEntity.ok(new DryRun(
                    spec,
                    checked.parameters(),
                    checked.summaries(),
                    checked.stepsPerEpoch(),
                    checked.checkpointBytes(),
                    jobs.learningRates(checked),
                    time == null ? null : time.seconds(),
                    time == null ? null : time.jobId(),
                    checked.warnings()));
        }
        // The jobs of a family have longer ones.
        IdempotencyKey.check(k == null || idempotencyKey == null ? idempotencyKey : idempotencyKey + "#" + k);
        if (k != null) {
            return family(folds.submit(body.node(), k, idempotencyKey));
        }
        Jobs.Submitted submitted = jobs.submit(body.node(), idempotencyKey);
        Failpoint.reach("submit.after-commit");
        long id = submitted.job().id();
        return submitted.created()
                ? ResponseEntity.created(URI.create("/api/v1/jobs/" + id)).body(views.full(id))
                : ResponseEntity.ok(views.full(id));
    }

    private ResponseEntity<Object> family(Jobs.Several submitted) {
        List<Long> ids = submitted.jobs().stream().map(Job::id).toList();
        return ResponseEntity.status(submitted.created() ? HttpStatus.CREATED : HttpStatus.OK)
                .body(new Page<>(ids.stream().map(views::full).toList(), null));
    }

    /** How the folds did that were submitted together with this one. */
    @GetMapping("/{id}/folds")
    CrossValidation.Summary folds(@PathVariable long id) {
        return folds.summary(id);
    }

    @GetMapping
    Page<JobView> list(
            @RequestParam(required = false) @Nullable String state,
            @RequestParam(required = false) @Nullable String experiment,
            @RequestParam(required = false) @Nullable String tag,
            @RequestParam(required = false) @Nullable String q,
            @RequestParam(required = false) @Nullable String sort,
            Paging paging) {
        Page<Long> ids = list.find(new JobList.Filter(state, experiment, tag, q, sort), paging);
        return new Page<>(views.summaries(ids.items()), ids.nextCursor());
    }

    @GetMapping("/{id}")
    JobView get(@PathVariable long id, HttpServletResponse response) {
        // Not by ResponseEntity, which would answer If-None-Match: how far the job is changes without its version.
        response.setHeader(HttpHeaders.ETAG, IfMatch.tag(jobs.require(id).version()));
        return views.full(id);
    }

    /** Removes a job that has ended, its files too; those that take long in the background. */
    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void delete(@PathVariable long id, IfMatch seen) {
        removal.remove(id, seen);
    }
}
