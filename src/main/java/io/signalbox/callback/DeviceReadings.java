package io.signalbox.callback;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Reads what this process and its machine use. Slow by nature (files, another process): not for the training thread. */
final class DeviceReadings {

    private static final double PERCENT = 100;
    private static final double MIB = 1 << 20;
    private static final int GPU_TIMEOUT_SECONDS = 5;
    private static final int MOST_OUTPUT = 16_384;
    private static final List<String> GPU_COMMAND = List.of(
            "nvidia-smi",
            "--query-gpu=index,utilization.gpu,memory.used,temperature.gpu,power.draw",
            "--format=csv,noheader,nounits");
    private static final List<String> GPU_METRICS =
            List.of("utilization_percent", "memory_bytes", "temperature_celsius", "power_watts");

    private boolean gpuIsThere = true;

    /** Metric to value; what the machine does not tell is left out. */
    Map<String, Double> read() {
        Map<String, Double> metrics = new LinkedHashMap<>();
        if (ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system) {
            put(metrics, "cpu_percent", system.getProcessCpuLoad() * system.getAvailableProcessors() * PERCENT);
            put(metrics, "host_cpu_percent", system.getCpuLoad() * PERCENT);
            put(metrics, "host_load", system.getSystemLoadAverage());
            put(metrics, "host_memory_free_bytes", system.getFreeMemorySize());
        }
        put(metrics, "rss_bytes", ProcessMemory.residentBytes());
        if (gpuIsThere) {
            metrics.putAll(gpus());
        }
        return metrics;
    }

    private static void put(Map<String, Double> metrics, String name, double value) {
        if (Double.isFinite(value) && value >= 0) {
            metrics.put(name, value);
        }
    }

    private Map<String, Double> gpus() {
        try {
            Process process = new ProcessBuilder(GPU_COMMAND)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try {
                if (!process.waitFor(GPU_TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                    return Map.of();
                }
                gpuIsThere = process.exitValue() == 0;
                return parse(new String(process.getInputStream().readNBytes(MOST_OUTPUT), StandardCharsets.UTF_8));
            } finally {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            gpuIsThere = false; // there is no such program on this machine
            return Map.of();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Map.of();
        }
    }

    /** What {@code nvidia-smi} says of each processor, {@code [N/A]} left out. */
    static Map<String, Double> parse(String csv) {
        Map<String, Double> metrics = new LinkedHashMap<>();
        for (String line : csv.lines().toList()) {
            String[] cells = line.split(",", -1);
            for (int i = 1; i < cells.length && i <= GPU_METRICS.size(); i++) {
                String metric = GPU_METRICS.get(i - 1);
                try {
                    double value = Double.parseDouble(cells[i].strip());
                    put(
                            metrics,
                            "gpu" + cells[0].strip() + "_" + metric,
                            metric.endsWith("bytes") ? value * MIB : value);
                } catch (NumberFormatException notTold) {
                    continue;
                }
            }
        }
        return metrics;
    }
}
