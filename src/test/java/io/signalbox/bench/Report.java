package io.signalbox.bench;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/** Prints figures, and reads the times that they come from. */
final class Report {

    private final String title;

    Report(String title) {
        this.title = title;
    }

    /** Prints one line: what was measured, and what it is to be compared to; and how many wanted a processor at that time. */
    void line(String figure, Object... values) {
        System.out.printf(
                Locale.ROOT,
                "[bench] %s: %s [load %.1f]%n",
                title,
                String.format(Locale.ROOT, figure, values),
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
    }

    /** When an event happened. */
    static Instant at(JsonNode event) {
        return Instant.parse(event.path("at").stringValue());
    }

    /** Processor time that a process used so far, in seconds. */
    static double cpuSeconds(long pid) {
        return ProcessHandle.of(pid)
                        .flatMap(process -> process.info().totalCpuDuration())
                        .orElse(Duration.ZERO)
                        .toMillis()
                / 1e3;
    }

    static double millis(Duration duration) {
        return duration.toNanos() / 1e6;
    }

    static double median(Collection<Double> values) {
        double[] sorted = sorted(values);
        return sorted.length == 0 ? Double.NaN : sorted[sorted.length / 2];
    }

    static double max(Collection<Double> values) {
        double[] sorted = sorted(values);
        return sorted.length == 0 ? Double.NaN : sorted[sorted.length - 1];
    }

    private static double[] sorted(Collection<Double> values) {
        double[] sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
        Arrays.sort(sorted);
        return sorted;
    }
}
