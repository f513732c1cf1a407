package io.signalbox.server.history;

import io.signalbox.event.Event;
import io.signalbox.event.EventDetail.EpochEnd;
import io.signalbox.event.EventDetail.TrainBegin;
import io.signalbox.server.ingest.Projection;
import io.signalbox.server.job.Job;
import io.signalbox.server.job.JobRepository;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.core.annotation.Order;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** Keeps the best epoch of a job. Runs after {@link EpochLogs}, which it reads when training goes back. */
@Component
@Order(20)
class BestProjection implements Projection {

    private final JobRepository jobs;
    private final EpochLogs epochLogs;
    private final JdbcTemplate jdbc;

    BestProjection(JobRepository jobs, EpochLogs epochLogs, JdbcTemplate jdbc) {
        this.jobs = jobs;
        this.epochLogs = epochLogs;
        this.jdbc = jdbc;
    }

    @Override
    public void apply(long jobId, List<Event> events) {
        if (events.stream().anyMatch(e -> e.detail() instanceof EpochEnd || e.detail() instanceof TrainBegin)) {
            boolean goesBack = events.stream().anyMatch(e -> e.detail() instanceof TrainBegin);
            Job job = jobs.findById(jobId).orElseThrow();
            Best best = goesBack ? new Best(null, null) : read(jobId);
            List<EpochLogs.Row> rows = goesBack ? epochLogs.of(jobId) : fresh(events);
            Best after = best.after(rows, job.bestMetric(), job.bestIsMax());
            jdbc.update(
                    "update job_progress set best_value = ?, best_epoch = ? where job_id = ?",
                    after.value(),
                    after.epoch(),
                    jobId);
        }
    }

    private static List<EpochLogs.Row> fresh(List<Event> events) {
        return events.stream()
                .filter(e -> e.detail() instanceof EpochEnd && e.epoch() != null)
                .map(e -> new EpochLogs.Row(e.epoch() == null ? 0 : e.epoch(), ((EpochEnd) e.detail()).logs()))
                .toList();
    }

    private Best read(long jobId) {
        return jdbc.queryForObject(
                "select best_value, best_epoch from job_progress where job_id = ?",
                (row, n) -> new Best((Double) row.getObject(1), (Integer) row.getObject(2)),
                jobId);
    }

    private record Best(@Nullable Double value, @Nullable Integer epoch) {

        Best after(List<EpochLogs.Row> rows, String metric, boolean max) {
            Best best = this;
            for (EpochLogs.Row row : rows) {
                Double value = row.logs().get(metric);
                if (value != null && !value.isNaN() && (best.value == null || beats(value, best.value, max))) {
                    best = new Best(value, row.epoch());
                }
            }
            return best;
        }

        private static boolean beats(double value, double best, boolean max) {
            return max ? value > best : value < best;
        }
    }
}
