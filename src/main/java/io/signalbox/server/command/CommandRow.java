package io.signalbox.server.command;

import io.signalbox.event.EventDetail.CommandApplied;
import io.signalbox.server.job.SpecMask;
import io.signalbox.spec.CallbackTypes;
import io.signalbox.spec.CommandRequest;
import io.signalbox.spec.SpecParser;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** A command that was asked of a job. */
@Entity
@Table(name = "command")
class CommandRow {

    private static final int LONGEST_MESSAGE = 2000;

    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    private @Nullable Long ordinal;

    private long jobId;

    @Column(name = "id")
    private String commandId = "";

    private String type = "";
    private String body = "";
    private String requestedBy = "";
    private Instant requestedAt = Instant.EPOCH;
    private @Nullable Instant killAt;

    @Enumerated(EnumType.STRING)
    private CommandState state = CommandState.PENDING;

    private @Nullable Integer appliedEpoch;
    private @Nullable Long appliedStep;
    private @Nullable Instant appliedAt;
    private @Nullable String message;
    private @Nullable String requestedFrom;
    private @Nullable String beforeValue;
    private @Nullable String afterValue;
    private boolean overWith;

    /** For JPA. */
    protected CommandRow() {}

    CommandRow(long jobId, CommandRequest request, Requester requester, Instant requestedAt, @Nullable Instant killAt) {
        ObjectNode json = SpecParser.toJson(request);
        this.jobId = jobId;
        this.commandId = request.id();
        this.type = json.get("type").asString();
        this.body = json.toString();
        this.requestedBy = requester.name();
        this.requestedFrom = requester.address();
        this.requestedAt = requestedAt;
        this.killAt = killAt;
    }

    /** Took effect; once more, by an attempt that went on from before that, changes nothing. */
    boolean applied(@Nullable Integer epoch, @Nullable Long step, Instant at, CommandApplied deed) {
        if (state != CommandState.PENDING) {
            return false;
        }
        answered(CommandState.APPLIED, deed.message());
        appliedEpoch = epoch;
        appliedStep = step;
        appliedAt = at;
        beforeValue = deed.before();
        afterValue = deed.after();
        return true;
    }

    /** The job was told to go on after all. */
    void overWith() {
        overWith = true;
        killAt = null;
    }

    boolean isOverWith() {
        return overWith;
    }

    /** Could not take effect; false for one that did, in an attempt before. */
    boolean rejected(String text) {
        boolean waited = state == CommandState.PENDING;
        answered(CommandState.REJECTED, text);
        return waited;
    }

    void expired(String text) {
        answered(CommandState.EXPIRED, text);
    }

    private void answered(CommandState answer, String text) {
        if (state == CommandState.PENDING) {
            state = answer;
            message = text.substring(0, Math.min(text.length(), LONGEST_MESSAGE));
        }
    }

    /** For the trainer of an attempt to come: with the place where it was applied, if it was. */
    CommandRequest forTrainer() {
        return appliedStep == null ? request() : request().again(appliedStep);
    }

    CommandRequest request() {
        ObjectNode json = SpecParser.readJson(body.getBytes(StandardCharsets.UTF_8));
        json.put("id", commandId);
        return SpecParser.parseCommand(json);
    }

    /** For everybody to see: without parameters that are secrets. */
    CommandView view(CallbackTypes types) {
        ObjectNode arguments = SpecParser.readJson(body.getBytes(StandardCharsets.UTF_8));
        SpecMask.applyToCommand(arguments, types);
        Instant at = appliedAt;
        return new CommandView(
                commandId,
                type,
                arguments,
                requestedBy,
                requestedAt,
                state,
                at == null ? null : new CommandView.Applied(appliedEpoch, appliedStep, at),
                message,
                requestedFrom,
                beforeValue,
                afterValue);
    }

    /** Whether it was a trainer that applied it, and not the server to a job that no trainer had. */
    boolean byTrainer() {
        return appliedStep != null;
    }

    long jobId() {
        return jobId;
    }

    String id() {
        return commandId;
    }

    String type() {
        return type;
    }

    CommandState state() {
        return state;
    }
}
