package io.signalbox.server.job;

import io.signalbox.event.JobState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Repository;

/** Which job was forked from which. */
@Repository
class Lineage {

    /** Longer chains are cut: nobody reads them. */
    private static final int MOST = 100;

    private final JdbcTemplate jdbc;

    Lineage(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** A job's relations; jobs that were deleted are left out. */
    record Tree(List<Relative> ancestors, List<Relative> children) {}

    /**
     * A job that another came out of, or that came out of another.
     *
     * @param checkpoint of the older of the two, from which the younger goes on
     */
    record Relative(
            long jobId,
            @Nullable String name,
            JobState state,
            @Nullable String checkpoint) {}

    Tree of(Job job) {
        List<Relative> ancestors = new ArrayList<>();
        Long parent = job.parentJobId();
        String checkpoint = job.parentCheckpoint();
        while (parent != null && ancestors.size() < MOST) {
            Row row = row(parent);
            if (row == null) {
                break;
            }
            ancestors.add(new Relative(parent, row.name(), row.state(), checkpoint));
            parent = row.parent();
            checkpoint = row.checkpoint();
        }
        List<Relative> children = jdbc.query(
                "select id, name, state, parent_checkpoint from job where parent_job_id = ? order by id limit " + MOST,
                (row, n) -> new Relative(
                        row.getLong("id"),
                        row.getString("name"),
                        JobState.valueOf(row.getString("state")),
                        row.getString("parent_checkpoint")),
                job.id());
        return new Tree(ancestors, children);
    }

    private record Row(
            @Nullable String name,
            JobState state,
            @Nullable Long parent,
            @Nullable String checkpoint) {}

    private @Nullable Row row(long id) {
        return jdbc
                .query(
                        "select name, state, parent_job_id, parent_checkpoint from job where id = ?",
                        (row, n) -> new Row(
                                row.getString("name"),
                                JobState.valueOf(row.getString("state")),
                                row.getObject("parent_job_id", Long.class),
                                row.getString("parent_checkpoint")),
                        id)
                .stream()
                .findFirst()
                .orElse(null);
    }

    /** The own name of a checkpoint of a job, which {@code best} and {@code latest} may stand for. */
    Optional<String> checkpoint(long jobId, String name) {
        String tag = name.equals("best") ? " or best" : name.equals("latest") ? " or latest" : "";
        return jdbc
                .queryForList(
                        "select name from checkpoint where job_id = ? and (name = ?" + tag
                                + ") order by case when name = ? then 1 else 0 end limit 1",
                        String.class,
                        jobId,
                        name,
                        name)
                .stream()
                .findFirst();
    }
}
