package io.signalbox.server.command;

import io.signalbox.event.Event;
import io.signalbox.event.EventDetail.CommandApplied;
import io.signalbox.event.EventDetail.CommandRejected;
import io.signalbox.event.EventDetail.StateChanged;
import io.signalbox.server.ingest.Projection;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/** Writes what became of commands. */
@Component
@Order(30)
class CommandProjection implements Projection {

    private final CommandRepository commands;
    private final SpecChanges specs;
    private final Audit audit;

    CommandProjection(CommandRepository commands, SpecChanges specs, Audit audit) {
        this.commands = commands;
        this.specs = specs;
        this.audit = audit;
    }

    @Override
    public void apply(Map<Long, List<Event>> events) {
        events.forEach(this::take);
    }

    private void take(long jobId, List<Event> events) {
        for (Event event : events) {
            if (event.detail() instanceof CommandApplied applied) {
                commands.findByJobIdAndCommandId(jobId, applied.commandId()).ifPresent(row -> {
                    if (row.applied(event.epoch(), event.step(), event.at(), applied)) {
                        specs.apply(jobId, row.request().command());
                        audit.happened(row, "applied", event.at());
                    }
                    commands.saveAndFlush(row);
                });
            } else if (event.detail() instanceof CommandRejected rejected) {
                commands.findByJobIdAndCommandId(jobId, rejected.commandId()).ifPresent(row -> {
                    if (row.rejected(rejected.message())) {
                        audit.happened(row, "rejected", event.at());
                    }
                    commands.saveAndFlush(row);
                });
            } else if (event.detail() instanceof StateChanged change
                    && change.to().ended()) {
                expire(jobId, change, event.at());
            }
        }
    }

    private void expire(long jobId, StateChanged change, Instant at) {
        for (CommandRow row : commands.findByJobIdAndStateOrderByOrdinal(jobId, CommandState.PENDING)) {
            row.expired("the job was " + change.to().wireName() + " before the command could take effect");
            audit.happened(row, "expired", at);
            commands.saveAndFlush(row);
        }
    }
}
