package io.signalbox.trainer;

import io.signalbox.callback.Callback;
import io.signalbox.callback.Logs;
import io.signalbox.callback.Run;
import io.signalbox.link.Frame;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Reads off how far training is: written by the training thread at each step, read by the link's once a second. */
final class ProgressMeter implements Callback {

    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String RESIDENT = "VmRSS:";
    private static final double NANOS = 1e9;

    private volatile int epoch;
    private volatile long step;
    private volatile long examples;

    private long examplesBefore;
    private long nanosBefore = System.nanoTime();
    private double rate;

    @Override
    public String name() {
        return "ProgressMeter";
    }

    @Override
    public void onTrainBegin(Run run) {
        examplesBefore = run.examples();
        note(run);
    }

    @Override
    public void onEpochBegin(int number, Run run) {
        note(run);
    }

    @Override
    public void onTrainBatchEnd(int batch, Logs logs, Run run) {
        note(run);
    }

    private void note(Run run) {
        epoch = run.epoch();
        step = run.step();
        examples = run.examples();
    }

    /** Called by one thread only. While validation runs the rate stays what it was. */
    Frame.Progress read() {
        long now = System.nanoTime();
        long done = examples;
        if (done > examplesBefore) {
            rate = (done - examplesBefore) * NANOS / (now - nanosBefore);
        }
        examplesBefore = done;
        nanosBefore = now;
        return new Frame.Progress(epoch, step, rate, residentBytes(), cpuSeconds());
    }

    private static double cpuSeconds() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system
                ? system.getProcessCpuTime() / NANOS
                : 0;
    }

    /** 0 where the system does not tell. */
    private static long residentBytes() {
        if (!Files.isReadable(STATUS)) {
            return 0;
        }
        try (Stream<String> lines = Files.lines(STATUS)) {
            return lines.filter(line -> line.startsWith(RESIDENT))
                    .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            return 0;
        }
    }
}
