package io.signalbox.callback;

import io.signalbox.event.EventDetail.MetricsLogged;
import io.signalbox.spec.schema.Described;
import io.signalbox.spec.schema.Param;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Logs what the trainer and its machine use: processor, memory, load, and NVIDIA's processors where {@code nvidia-smi}
 * is. A thread of its own reads; the training thread only takes what is there.
 */
final class DeviceStats implements Callback {

    @Described("Logs processor, memory and load of the trainer and its machine, and of NVIDIA's processors")
    record Params(
            @Param(value = "Seconds between two readings", unit = "seconds", defaultValue = "10", min = 1, max = 3600)
            int everySeconds) {}

    private final String name;
    private final Params params;
    private final Supplier<Map<String, Double>> readings;
    private final AtomicReference<@Nullable Map<String, Double>> fresh = new AtomicReference<>();
    private Map<String, Double> last = Map.of();
    private @Nullable ScheduledExecutorService reader;

    DeviceStats(String name, Params params) {
        this(name, params, new DeviceReadings()::read);
    }

    DeviceStats(String name, Params params, Supplier<Map<String, Double>> readings) {
        this.name = name;
        this.params = params;
        this.readings = readings;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void onTrainBegin(Run run) {
        close();
        fresh.set(null);
        last = Map.of();
        if (run.live()) {
            reader = Executors.newSingleThreadScheduledExecutor(task -> {
                Thread thread = new Thread(task, name);
                thread.setDaemon(true);
                return thread;
            });
            reader.scheduleWithFixedDelay(this::read, 0, params.everySeconds(), TimeUnit.SECONDS);
        }
    }

    /** Takes a reading; on the reader's thread. */
    void read() {
        fresh.set(readings.get());
    }

    @Override
    public void onTrainBatchEnd(int batch, Logs logs, Run run) {
        Map<String, Double> reading = fresh.getAndSet(null);
        if (reading != null && !reading.isEmpty()) {
            last = reading;
            run.emit(new MetricsLogged(name, reading));
        }
    }

    @Override
    public void onTrainEnd(Logs logs, Run run) {
        close();
    }

    @Override
    public void onException(RuntimeException error, Run run) {
        close();
    }

    private void close() {
        if (reader != null) {
            reader.shutdownNow();
            reader = null;
        }
    }

    @Override
    public String explain(Run run) {
        Double cpu = last.get("cpu_percent");
        Double memory = last.get("rss_bytes");
        return cpu == null || memory == null
                ? "nothing read yet"
                : "the trainer uses " + Math.round(cpu) + " % of a processor and " + Math.round(memory / (1 << 20))
                        + " MiB";
    }
}
