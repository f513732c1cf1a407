package io.signalbox.server.history;

import io.signalbox.callback.Numbers;
import io.signalbox.server.job.Jobs;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** A job's history as Keras has it: one row an epoch. */
@RestController
@RequestMapping("/api/v1/jobs/{id}")
class HistoryController {

    /** What Keras' CSVLogger writes for a metric that an epoch lacks. */
    private static final String MISSING = "NA";

    private final Jobs jobs;
    private final EpochLogs epochLogs;

    HistoryController(Jobs jobs, EpochLogs epochLogs) {
        this.jobs = jobs;
        this.epochLogs = epochLogs;
    }

    /** {@code epoch} first, the other columns sorted by name; null where an epoch did not log a metric. */
    record History(List<String> columns, List<List<@Nullable Number>> rows) {}

    @GetMapping(path = "/history", produces = MediaType.APPLICATION_JSON_VALUE)
    History history(@PathVariable long id) {
        jobs.require(id);
        List<EpochLogs.Row> rows = epochLogs.of(id);
        List<String> metrics = metrics(rows);
        List<String> columns = new ArrayList<>(List.of("epoch"));
        columns.addAll(metrics);
        return new History(
                columns, rows.stream().map(row -> cells(row, metrics)).toList());
    }

    @GetMapping(
            path = {"/history", "/history.csv"},
            produces = "text/csv")
    ResponseEntity<String> csv(@PathVariable long id) {
        jobs.require(id);
        List<EpochLogs.Row> rows = epochLogs.of(id);
        List<String> metrics = metrics(rows);
        StringBuilder csv = new StringBuilder("epoch");
        metrics.forEach(metric -> csv.append(',').append(metric));
        csv.append("\r\n");
        for (EpochLogs.Row row : rows) {
            csv.append(row.epoch());
            for (String metric : metrics) {
                Double value = row.logs().get(metric);
                csv.append(',').append(value == null ? MISSING : Numbers.repr(value));
            }
            csv.append("\r\n");
        }
        return ResponseEntity.ok()
                .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"job-" + id + "-history.csv\"")
                .body(csv.toString());
    }

    private static List<String> metrics(List<EpochLogs.Row> rows) {
        TreeSet<String> names = new TreeSet<>();
        rows.forEach(row -> names.addAll(row.logs().keySet()));
        return List.copyOf(names);
    }

    private static List<@Nullable Number> cells(EpochLogs.Row row, List<String> metrics) {
        List<@Nullable Number> cells = new ArrayList<>();
        cells.add(row.epoch());
        Map<String, Double> logs = row.logs();
        metrics.forEach(metric -> cells.add(logs.get(metric)));
        return cells;
    }
}
