package io.signalbox.server.history;

import io.signalbox.event.Event;
import io.signalbox.event.EventDetail.EpochEnd;
import io.signalbox.event.EventDetail.TrainBegin;
import io.signalbox.server.ingest.Projection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.core.annotation.Order;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** The logs of each epoch that ended: what Keras calls a run's history. Each epoch is in it once. */
@Component
@Order(1)
public class EpochLogs implements Projection {

    private final JdbcTemplate jdbc;
    private final JsonMapper json;

    EpochLogs(JdbcTemplate jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    /** The logs of one epoch, from 0. */
    public record Row(int epoch, Map<String, Double> logs) {}

    /** All epochs of a job, in order. */
    public List<Row> of(long jobId) {
        return jdbc.query(
                "select epoch, logs from epoch_log where job_id = ? order by epoch",
                (row, n) -> new Row(
                        row.getInt(1),
                        json.readValue(row.getString(2), new TypeReference<LinkedHashMap<String, Double>>() {})),
                jobId);
    }

    @Override
    public void apply(long jobId, List<Event> events) {
        for (Event event : events) {
            if (event.detail() instanceof EpochEnd end && event.epoch() != null) {
                put(jobId, event.epoch(), json.writeValueAsString(end.logs()));
            } else if (event.detail() instanceof TrainBegin) {
                int from = event.epoch() == null ? 0 : event.epoch();
                jdbc.update("delete from epoch_log where job_id = ? and epoch >= ?", jobId, from);
            }
        }
    }

    private void put(long jobId, int epoch, String logs) {
        if (jdbc.update("update epoch_log set logs = ? where job_id = ? and epoch = ?", logs, jobId, epoch) == 0) {
            jdbc.update("insert into epoch_log (job_id, epoch, logs) values (?, ?, ?)", jobId, epoch, logs);
        }
    }
}
