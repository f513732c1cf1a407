package io.signalbox.server.command;

import io.signalbox.event.Event;
import io.signalbox.event.EventDetail.CommandApplied;
import io.signalbox.event.EventDetail.CommandRejected;
import io.signalbox.event.EventDetail.StateChanged;
import io.signalbox.server.ingest.Projection;
import java.util.List;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/** Writes what became of commands. */
@Component
@Order(30)
class CommandProjection implements Projection {

    private final CommandRepository commands;
    private final SpecChanges specs;

    CommandProjection(CommandRepository commands, SpecChanges specs) {
        this.commands = commands;
        this.specs = specs;
    }

    @Override
    public void apply(long jobId, List<Event> events) {
        for (Event event : events) {
            if (event.detail() instanceof CommandApplied applied) {
                commands.findByJobIdAndCommandId(jobId, applied.commandId()).ifPresent(row -> {
                    if (row.applied(event.epoch(), event.step(), event.at(), applied)) {
                        specs.apply(jobId, row.request().command());
                    }
                    commands.saveAndFlush(row);
                });
            } else if (event.detail() instanceof CommandRejected rejected) {
                commands.findByJobIdAndCommandId(jobId, rejected.commandId()).ifPresent(row -> {
                    row.rejected(rejected.message());
                    commands.saveAndFlush(row);
                });
            } else if (event.detail() instanceof StateChanged change
                    && change.to().ended()) {
                expire(jobId, change);
            }
        }
    }

    private void expire(long jobId, StateChanged change) {
        for (CommandRow row : commands.findByJobIdAndStateOrderByOrdinal(jobId, CommandState.PENDING)) {
            row.expired("the job was " + change.to().wireName() + " before the command could take effect");
            commands.saveAndFlush(row);
        }
    }
}
