package io.signalbox.server.job;

import io.signalbox.server.web.Problems;
import io.signalbox.server.web.SpecBody;
import io.signalbox.spec.InvalidSpecException;
import io.signalbox.spec.Problem;
import io.signalbox.spec.schema.Binder;
import io.signalbox.spec.schema.Param;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Forks jobs, and shows which came out of which. */
@RestController
@RequestMapping("/api/v1/jobs/{id}")
class ForkController {

    private final Jobs jobs;
    private final JobViews views;
    private final Forks forks;
    private final Lineage lineage;

    ForkController(Jobs jobs, JobViews views, Forks forks, Lineage lineage) {
        this.jobs = jobs;
        this.views = views;
        this.forks = forks;
        this.lineage = lineage;
    }

    /** What to fork from, and how the new job differs. */
    record ForkRequest(
            @Param(value = "Checkpoint to go on from, or best or latest", defaultValue = "\"latest\"", maxLength = 100)
            String checkpoint,

            @Param("JSON Merge Patch (RFC 7396) on the spec as run; null removes a field") @Nullable
            ObjectNode changes) {}

    @PostMapping("/fork")
    ResponseEntity<JobView> fork(@PathVariable long id, SpecBody body) {
        Job parent = jobs.require(id);
        List<Problem> problems = new ArrayList<>();
        ForkRequest request = Binder.bind(body.node(), ForkRequest.class, "#", problems);
        if (request == null || !problems.isEmpty()) {
            throw new InvalidSpecException(problems);
        }
        String name = lineage.checkpoint(id, request.checkpoint())
                .orElseThrow(() -> Problems.invalid(
                        "#/checkpoint",
                        "checkpoint.not-found",
                        "job " + id + " has no checkpoint '" + Problems.echo(request.checkpoint()) + "'"));
        ObjectNode changes = request.changes() == null ? JsonNodeFactory.instance.objectNode() : request.changes();
        long child = forks.fork(parent, name, changes).id();
        return ResponseEntity.created(URI.create("/api/v1/jobs/" + child)).body(views.full(child));
    }

    /** From which jobs it came, the nearest first, and which came out of it. */
    @GetMapping("/lineage")
    Lineage.Tree lineage(@PathVariable long id) {
        return lineage.of(jobs.require(id));
    }
}
