package io.signalbox.server.command;

import io.signalbox.server.job.Job;
import io.signalbox.server.job.JobRepository;
import io.signalbox.spec.Command;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Commands that change the spec by which a job runs: attempts to come run by what was changed. */
@Component
class SpecChanges {

    private final JobRepository jobs;
    private final JsonMapper json;

    SpecChanges(JobRepository jobs, JsonMapper json) {
        this.jobs = jobs;
        this.json = json;
    }

    /** A command took effect: the job's spec is as it says from now on. */
    void apply(long jobId, Command command) {
        Consumer<ObjectNode> change = of(command);
        if (change != null) {
            Job job = jobs.findById(jobId).orElseThrow();
            ObjectNode spec = (ObjectNode) json.readTree(job.spec());
            change.accept(spec);
            job.changeSpec(json.writeValueAsString(spec));
            jobs.saveAndFlush(job);
        }
    }

    /** What a command makes of a spec; null for one that leaves it as it is. */
    private static @Nullable Consumer<ObjectNode> of(Command command) {
        if (command instanceof Command.SetEpochs set) {
            return spec -> spec.put("epochs", set.epochs());
        }
        return null;
    }
}
