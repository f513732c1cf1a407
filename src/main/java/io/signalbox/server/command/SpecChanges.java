package io.signalbox.server.command;

import io.signalbox.callback.Callbacks;
import io.signalbox.server.job.Job;
import io.signalbox.server.job.JobRepository;
import io.signalbox.server.job.Jobs;
import io.signalbox.server.web.Problems;
import io.signalbox.spec.Command;
import io.signalbox.spec.CommandRequest;
import io.signalbox.spec.InvalidSpecException;
import io.signalbox.spec.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Commands that change the spec by which a job runs: attempts to come run by what was changed. */
@Component
class SpecChanges {

    private static final String CALLBACKS = "callbacks";

    private final JobRepository repository;
    private final CommandRepository commands;
    private final JsonMapper json;

    SpecChanges(JobRepository repository, CommandRepository commands, JsonMapper json) {
        this.repository = repository;
        this.commands = commands;
        this.json = json;
    }

    /** Whether a command changes a job's callbacks. */
    static boolean isOfCallbacks(Command command) {
        return command instanceof Command.AddCallback
                || command instanceof Command.UpdateCallback
                || command instanceof Command.RemoveCallback;
    }

    /**
     * Checks a command that changes callbacks as a whole spec with the change is checked.
     *
     * @return the command with everything filled in
     * @throws InvalidSpecException with every fault found, by pointers into the command
     */
    CommandRequest check(Job job, CommandRequest request, Jobs jobs) {
        Command command = request.command();
        if (!isOfCallbacks(command)) {
            return request;
        }
        ObjectNode spec = (ObjectNode) json.readTree(job.spec());
        // The job has them already; where they came from may be gone.
        spec.remove("initial_weights");
        ArrayNode callbacks = spec.withArray("/" + CALLBACKS);
        if (command instanceof Command.AddCallback add) {
            refuseRemovedName(job.id(), add.callback().path("name").asString(""));
            callbacks.add(add.callback());
            int at = callbacks.size() - 1;
            ObjectNode checked = checked(jobs, spec, "#/callbacks/" + at, "#/callback");
            ObjectNode callback = (ObjectNode) checked.get(CALLBACKS).get(at);
            refuseFixed(callback.path("type").asString(), "#/callback/type");
            return new CommandRequest(request.id(), new Command.AddCallback(callback));
        }
        String name = command instanceof Command.UpdateCallback update
                ? update.name()
                : ((Command.RemoveCallback) command).name();
        int at = indexOf(callbacks, name);
        String type = callbacks.get(at).path("type").asString();
        refuseFixed(type, "#/name");
        if (command instanceof Command.UpdateCallback update) {
            refuseIdentity(update.params());
            ((ObjectNode) callbacks.get(at)).setAll(update.params());
            ObjectNode checked = checked(jobs, spec, "#/callbacks/" + at, "#/params");
            ObjectNode params = update.params().deepCopy();
            params.propertyNames()
                    .forEach(key ->
                            params.set(key, checked.get(CALLBACKS).get(at).path(key)));
            return new CommandRequest(request.id(), new Command.UpdateCallback(name, params));
        }
        if (Callbacks.leavesItsMark(type)) {
            throw Problems.invalid("#/name", "callback.fixed", type + " cannot be taken back; fork the job without it");
        }
        return request;
    }

    private static ObjectNode checked(Jobs jobs, ObjectNode spec, String from, String to) {
        try {
            return jobs.toJson(jobs.check(spec).spec());
        } catch (InvalidSpecException e) {
            throw new InvalidSpecException(e.problems().stream()
                    .map(problem -> problem.pointer().startsWith(from)
                            ? new Problem(
                                    to + problem.pointer().substring(from.length()), problem.code(), problem.detail())
                            : new Problem(to, problem.code(), problem.pointer() + ": " + problem.detail()))
                    .toList());
        }
    }

    /** What is kept of a callback is kept by its name, and would be another's. */
    private void refuseRemovedName(long jobId, String name) {
        boolean removed = commands.findByJobIdOrderByOrdinal(jobId).stream()
                .filter(row -> row.type().equals("remove_callback") && row.state() == CommandState.APPLIED)
                .map(row -> ((Command.RemoveCallback) row.request().command()).name())
                .anyMatch(name::equals);
        if (removed) {
            throw Problems.invalid(
                    "#/callback/name", "unique", "was the name of a callback that was removed; choose another");
        }
    }

    private static void refuseFixed(String type, String pointer) {
        if (Callbacks.isFixed(type)) {
            throw Problems.invalid(
                    pointer,
                    "callback.fixed",
                    type + " cannot be changed once training began; fork the job with the change");
        }
    }

    private static void refuseIdentity(ObjectNode params) {
        List<Problem> problems = new ArrayList<>();
        for (String name : List.of("type", "name")) {
            if (params.has(name)) {
                problems.add(new Problem("#/params/" + name, "unknown-field", "a callback keeps its " + name));
            }
        }
        if (!problems.isEmpty()) {
            throw new InvalidSpecException(problems);
        }
    }

    private static int indexOf(ArrayNode callbacks, String name) {
        for (int i = 0; i < callbacks.size(); i++) {
            if (callbacks.get(i).path("name").asString("").equals(name)) {
                return i;
            }
        }
        String names = callbacks
                .valueStream()
                .map(callback -> callback.path("name").asString(""))
                .collect(Collectors.joining(", "));
        throw Problems.invalid(
                "#/name",
                "callback.not-found",
                "there is no callback '" + Problems.echo(name) + "' in the spec; there are: " + names);
    }

    /** A command took effect: the job's spec is as it says from now on. */
    void apply(long jobId, Command command) {
        if (!(command instanceof Command.SetEpochs) && !isOfCallbacks(command)) {
            return;
        }
        Job job = repository.findById(jobId).orElseThrow();
        ObjectNode spec = (ObjectNode) json.readTree(job.spec());
        change(spec, command);
        job.changeSpec(json.writeValueAsString(spec));
        repository.saveAndFlush(job);
    }

    private static void change(ObjectNode spec, Command command) {
        ArrayNode callbacks = spec.withArray("/" + CALLBACKS);
        if (command instanceof Command.SetEpochs set) {
            spec.put("epochs", set.epochs());
        } else if (command instanceof Command.AddCallback add) {
            callbacks.add(add.callback());
        } else if (command instanceof Command.UpdateCallback update) {
            JsonNode callback = named(callbacks, update.name());
            if (callback instanceof ObjectNode params) {
                params.setAll(update.params());
            }
        } else if (command instanceof Command.RemoveCallback remove) {
            callbacks.removeIf(callback -> callback.path("name").asString("").equals(remove.name()));
        }
    }

    private static @Nullable JsonNode named(ArrayNode callbacks, String name) {
        return callbacks
                .valueStream()
                .filter(callback -> callback.path("name").asString("").equals(name))
                .findFirst()
                .orElse(null);
    }
}
