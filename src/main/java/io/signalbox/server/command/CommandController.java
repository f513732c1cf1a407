package io.signalbox.server.command;

import io.signalbox.server.web.IfMatch;
import io.signalbox.server.web.Page;
import io.signalbox.server.web.SpecBody;
import io.signalbox.spec.CommandRequest;
import io.signalbox.spec.InvalidSpecException;
import io.signalbox.spec.SpecParser;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Steers a job. */
@RestController
@RequestMapping("/api/v1/jobs/{id}/commands")
class CommandController {

    private final Commands commands;

    CommandController(Commands commands) {
        this.commands = commands;
    }

    /** Takes a command; it is applied at the next boundary of the run. */
    @PostMapping
    @ResponseStatus(HttpStatus.ACCEPTED)
    CommandView request(@PathVariable long id, SpecBody body, IfMatch seen) {
        Requester by = Requester.current();
        CommandRequest request;
        try {
            request = SpecParser.parseCommand(body.node());
        } catch (InvalidSpecException e) {
            commands.refused(id, body.node(), by, e.getMessage());
            throw e;
        }
        return commands.request(id, request, by, seen);
    }

    @GetMapping
    Page<CommandView> list(@PathVariable long id) {
        return new Page<>(commands.of(id), null);
    }

    @GetMapping("/{commandId}")
    CommandView get(@PathVariable long id, @PathVariable String commandId) {
        return commands.find(id, commandId);
    }
}
