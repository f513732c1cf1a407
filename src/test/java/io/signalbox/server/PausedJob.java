package io.signalbox.server;

import org.springframework.jdbc.core.JdbcTemplate;

/** A job for tests of what happens to a job's events: paused, so that the worker pool leaves it alone. */
public final class PausedJob {

    private PausedJob() {}

    /** Its id. */
    public static long insert(JdbcTemplate jdbc) {
        jdbc.update("""
                insert into job (version, state, created_at, attempt, crashes, retries, priority, dataset, dataset_sha256,
                spec, warnings, body_sha256, best_metric, best_direction)
                values (0, 'PAUSED', now(), 1, 0, 0, 0, 'd', '', '{"batch_size": 2, "epochs": 3}', '[]', '', 'val_loss', 'min')""");
        long job = jdbc.queryForObject("select max(id) from job", Long.class);
        jdbc.update("""
                insert into job_progress (job_id, last_seq, epoch, epochs, step, steps_per_epoch, examples_per_second,
                latest, learning_rate, learning_rate_owner) values (?, -1, 0, 9, 0, 2, 0, '{}', 0.1, 'optimizer')""", job);
        return job;
    }
}
