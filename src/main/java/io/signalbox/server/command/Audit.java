package io.signalbox.server.command;

import io.signalbox.server.job.SpecMask;
import io.signalbox.server.plugin.PluginTypes;
import io.signalbox.server.web.Page;
import io.signalbox.server.web.Paging;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Repository;
import tools.jackson.databind.node.ObjectNode;

/** Keeps who asked which job for what, and what became of it: also what was refused, and of jobs that are gone. */
@Repository
class Audit {

    private static final int LONGEST = 4000;
    private static final int LONGEST_MESSAGE = 2000;
    private static final int LONGEST_NAME = 64;

    private final JdbcTemplate jdbc;
    private final PluginTypes types;
    private final Clock clock;

    Audit(JdbcTemplate jdbc, PluginTypes types, Clock clock) {
        this.jdbc = jdbc;
        this.types = types;
        this.clock = clock;
    }

    /**
     * One thing that happened to a command.
     *
     * @param what {@code requested}, {@code refused}, {@code applied}, {@code rejected} or {@code expired}
     */
    record Entry(
            long id,
            Instant at,
            long jobId,
            @Nullable String commandId,
            String type,
            String what,
            String requestedBy,
            @Nullable String requestedFrom,
            @Nullable String body,
            @Nullable Integer epoch,
            @Nullable Long step,
            @Nullable String before,
            @Nullable String after,
            @Nullable String message) {}

    /** A command that was not even taken. */
    void refused(long jobId, ObjectNode body, Requester by, @Nullable String why) {
        ObjectNode told = body.deepCopy();
        SpecMask.applyToCommand(told, types);
        insert(
                clock.instant(),
                jobId,
                cut(body.path("id").asString(null), LONGEST_NAME),
                String.valueOf(cut(body.path("type").asString(""), LONGEST_NAME)),
                "refused",
                by,
                told.toString(),
                null,
                null,
                null,
                null,
                why);
    }

    /** What became of a command that was taken. */
    void happened(CommandRow row, String what, Instant at) {
        CommandView view = row.view(types);
        CommandView.Applied applied = view.appliedAt();
        insert(
                at,
                row.jobId(),
                view.id(),
                view.type(),
                what,
                new Requester(view.requestedBy(), view.requestedFrom()),
                view.arguments().toString(),
                applied == null ? null : applied.epoch(),
                applied == null ? null : applied.step(),
                view.before(),
                view.after(),
                view.message());
    }

    private void insert(
            Instant at,
            long jobId,
            @Nullable String commandId,
            String type,
            String what,
            Requester by,
            String body,
            @Nullable Integer epoch,
            @Nullable Long step,
            @Nullable String before,
            @Nullable String after,
            @Nullable String message) {
        jdbc.update(
                """
                insert into audit (at, job_id, command_id, type, what, requested_by, requested_from, body, epoch, step,
                before_value, after_value, message) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
                OffsetDateTime.ofInstant(at, ZoneOffset.UTC),
                jobId,
                commandId,
                type,
                what,
                by.name(),
                by.address(),
                cut(body, LONGEST),
                epoch,
                step,
                cut(before, LONGEST),
                cut(after, LONGEST),
                cut(message, LONGEST_MESSAGE));
    }

    private static @Nullable String cut(@Nullable String text, int longest) {
        return text == null || text.length() <= longest ? text : text.substring(0, longest);
    }

    /** Newest first, of one job or of all. */
    Page<Entry> list(@Nullable Long jobId, Paging paging) {
        List<Object> arguments = new ArrayList<>();
        StringBuilder where = new StringBuilder(" where 1 = 1");
        if (jobId != null) {
            where.append(" and job_id = ?");
            arguments.add(jobId);
        }
        Long after = paging.afterNumber();
        if (after != null) {
            where.append(" and id < ?");
            arguments.add(after);
        }
        arguments.add(paging.limit() + 1);
        List<Entry> entries = jdbc.query(
                "select * from audit" + where + " order by id desc limit ?",
                (row, n) -> read(row),
                arguments.toArray());
        return Page.of(entries, paging, entry -> String.valueOf(entry.id()));
    }

    private static Entry read(ResultSet row) throws SQLException {
        return new Entry(
                row.getLong("id"),
                row.getObject("at", OffsetDateTime.class).toInstant(),
                row.getLong("job_id"),
                row.getString("command_id"),
                row.getString("type"),
                row.getString("what"),
                row.getString("requested_by"),
                row.getString("requested_from"),
                row.getString("body"),
                row.getObject("epoch", Integer.class),
                row.getObject("step", Long.class),
                row.getString("before_value"),
                row.getString("after_value"),
                row.getString("message"));
    }
}
