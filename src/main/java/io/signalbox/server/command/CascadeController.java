package io.signalbox.server.command;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.signalbox.server.job.JobList;
import io.signalbox.server.web.ApiException;
import io.signalbox.server.web.Problems;
import io.signalbox.server.web.SpecBody;
import io.signalbox.spec.CommandRequest;
import io.signalbox.spec.InvalidSpecException;
import io.signalbox.spec.Problem;
import io.signalbox.spec.SpecParser;
import io.signalbox.spec.schema.Binder;
import io.signalbox.spec.schema.Param;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.node.ObjectNode;

/** Steers many jobs at once. */
@RestController
class CascadeController {

    /** More than these are not steered by one request. */
    private static final int MOST = 500;

    private final JobList list;
    private final Commands commands;

    CascadeController(JobList list, Commands commands) {
        this.list = list;
        this.commands = commands;
    }

    /** Which jobs; as the list of jobs is filtered, and those picked out by hand. */
    record Filter(
            @Param(value = "Ids; by default those of all jobs", min = 1, minItems = 1, maxItems = MOST) @Nullable
            List<Long> ids,

            @Param(value = "States, with commas between them", maxLength = 200) @Nullable
            String state,

            @Param(value = "Experiment", maxLength = 64) @Nullable
            String experiment,

            @Param(value = "Tag", maxLength = 64) @Nullable String tag,

            @Param(value = "Part of a name or an experiment", maxLength = 200) @Nullable
            String q) {}

    /** One command for all jobs of a filter. */
    record Cascade(
            @Param("Which jobs") Filter filter,
            @Param("What every one of them is asked for") ObjectNode command) {}

    /** What one job answered: the command, or why it was refused. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Answer(
            long jobId,
            int status,
            @Nullable CommandView command,
            @Nullable String detail) {}

    /** Every job's answer, by id. */
    record Answers(List<Answer> items) {}

    @PostMapping("/api/v1/jobs:command")
    Answers command(SpecBody body) {
        List<Problem> problems = new ArrayList<>();
        Cascade cascade = Binder.bind(body.node(), Cascade.class, "#", problems);
        if (cascade == null || !problems.isEmpty()) {
            throw new InvalidSpecException(problems);
        }
        CommandRequest request = parse(cascade.command());
        Filter filter = cascade.filter();
        List<Long> ids = list.first(
                new JobList.Filter(filter.state(), filter.experiment(), filter.tag(), filter.q(), null),
                filter.ids(),
                MOST + 1);
        if (ids.size() > MOST) {
            throw Problems.invalid(
                    "#/filter", "count", "is of more than " + MOST + " jobs; narrow it, by experiment or state");
        }
        Requester by = Requester.current();
        return new Answers(ids.stream().map(id -> answer(id, request, by)).toList());
    }

    private static CommandRequest parse(ObjectNode command) {
        try {
            return SpecParser.parseCommand(command);
        } catch (InvalidSpecException e) {
            throw new InvalidSpecException(e.problems().stream()
                    .map(problem ->
                            new Problem("#/command" + problem.pointer().substring(1), problem.code(), problem.detail()))
                    .toList());
        }
    }

    private Answer answer(long id, CommandRequest request, Requester by) {
        try {
            return new Answer(id, 202, commands.request(id, request, by), null);
        } catch (ApiException e) {
            return new Answer(id, e.getStatusCode().value(), null, e.reason());
        } catch (InvalidSpecException e) {
            String detail =
                    e.problems().get(0).pointer() + " " + e.problems().get(0).detail();
            return new Answer(id, 422, null, detail);
        }
    }
}
