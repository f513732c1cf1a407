package io.signalbox.server.history;

import io.signalbox.event.Event;
import io.signalbox.event.EventDetail;
import io.signalbox.event.EventDetail.EpochEnd;
import io.signalbox.event.EventDetail.TrainBegin;
import io.signalbox.server.ingest.Projection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.core.annotation.Order;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** Keeps the best epoch of a job. Runs after {@link EpochLogs}, which it reads when training goes back. */
@Component
@Order(20)
class BestProjection implements Projection {

    private final EpochLogs epochLogs;
    private final JdbcTemplate jdbc;

    BestProjection(EpochLogs epochLogs, JdbcTemplate jdbc) {
        this.epochLogs = epochLogs;
        this.jdbc = jdbc;
    }

    @Override
    public void apply(Map<Long, List<Event>> events) {
        List<Long> due = events.entrySet().stream()
                .filter(job -> any(job.getValue(), EpochEnd.class) || any(job.getValue(), TrainBegin.class))
                .map(Map.Entry::getKey)
                .toList();
        if (due.isEmpty()) {
            return;
        }
        List<Object[]> changed = new ArrayList<>();
        for (Kept kept : kept(due)) {
            Best after = after(kept, events.getOrDefault(kept.jobId(), List.of()));
            if (!after.equals(kept.best())) {
                changed.add(new Object[] {after.value(), after.epoch(), kept.jobId()});
            }
        }
        jdbc.batchUpdate("update job_progress set best_value = ?, best_epoch = ? where job_id = ?", changed);
    }

    private List<Kept> kept(List<Long> jobIds) {
        return jdbc.query(
                """
                select job_id, best_metric, best_direction, best_value, best_epoch from job_progress
                join job on job.id = job_progress.job_id where job_id = any(?)""",
                (row, n) -> new Kept(
                        row.getLong(1),
                        row.getString(2),
                        row.getString(3).equals("max"),
                        new Best((Double) row.getObject(4), (Integer) row.getObject(5))),
                (Object) jobIds.toArray(Long[]::new));
    }

    private Best after(Kept kept, List<Event> events) {
        return any(events, TrainBegin.class)
                ? new Best(null, null).after(epochLogs.of(kept.jobId()), kept.metric(), kept.max())
                : kept.best().after(fresh(events), kept.metric(), kept.max());
    }

    private static boolean any(List<Event> events, Class<? extends EventDetail> kind) {
        return events.stream().anyMatch(event -> kind.isInstance(event.detail()));
    }

    private static List<EpochLogs.Row> fresh(List<Event> events) {
        return events.stream()
                .filter(e -> e.detail() instanceof EpochEnd && e.epoch() != null)
                .map(e -> new EpochLogs.Row(e.epoch() == null ? 0 : e.epoch(), ((EpochEnd) e.detail()).logs()))
                .toList();
    }

    /** What a job's best is measured by, and what it was so far. */
    private record Kept(long jobId, String metric, boolean max, Best best) {}

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
