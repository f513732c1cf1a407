package io.signalbox.server.history;

import io.signalbox.event.Event;
import io.signalbox.event.EventDetail.EpochEnd;
import io.signalbox.event.EventDetail.TrainBegin;
import io.signalbox.server.ingest.Projection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
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

    private record Key(long jobId, int epoch) {}

    @Override
    public void apply(Map<Long, List<Event>> events) {
        Map<Key, String> fresh = new LinkedHashMap<>();
        events.values().forEach(ofJob -> ofJob.forEach(event -> take(event, fresh)));
        List<Map.Entry<Key, String>> rows = List.copyOf(fresh.entrySet());
        int[] updated =
                jdbc.batchUpdate("update epoch_log set logs = ? where job_id = ? and epoch = ?", arguments(rows));
        jdbc.batchUpdate(
                "insert into epoch_log (logs, job_id, epoch) values (?, ?, ?)",
                arguments(IntStream.range(0, updated.length)
                        .filter(i -> updated[i] == 0)
                        .mapToObj(rows::get)
                        .toList()));
    }

    /** @param fresh what is still to be written */
    private void take(Event event, Map<Key, String> fresh) {
        if (event.detail() instanceof EpochEnd end && event.epoch() != null) {
            fresh.put(new Key(event.jobId(), event.epoch()), json.writeValueAsString(end.logs()));
        } else if (event.detail() instanceof TrainBegin) {
            int from = event.epoch() == null ? 0 : event.epoch();
            fresh.keySet().removeIf(key -> key.jobId() == event.jobId() && key.epoch() >= from);
            jdbc.update("delete from epoch_log where job_id = ? and epoch >= ?", event.jobId(), from);
        }
    }

    private static List<Object[]> arguments(List<Map.Entry<Key, String>> rows) {
        return rows.stream()
                .map(row -> new Object[] {
                    row.getValue(), row.getKey().jobId(), row.getKey().epoch()
                })
                .toList();
    }
}
