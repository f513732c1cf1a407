package io.signalbox.trainer;

import io.signalbox.callback.Callback;
import io.signalbox.callback.Logs;
import io.signalbox.callback.ProcessMemory;
import io.signalbox.callback.Run;
import io.signalbox.link.Frame;
import java.lang.management.ManagementFactory;

/** Reads off how far training is: written by the training thread at each step, read by the link's once a second. */
final class ProgressMeter implements Callback {

    private static final double NANOS = 1e9;

    private volatile int epoch;
    private volatile long step;
    private volatile long examples;
    private volatile long signs;

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

    @Override
    public void onTestBatchEnd(int batch, Logs logs, Run run) {
        sign();
    }

    /** Only the training thread writes it. */
    private void sign() {
        signs = signs + 1;
    }

    /** Counts whatever the training thread gets done. */
    long signs() {
        return signs;
    }

    private void note(Run run) {
        sign();
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
        return new Frame.Progress(epoch, step, rate, ProcessMemory.residentBytes(), cpuSeconds());
    }

    private static double cpuSeconds() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system
                ? system.getProcessCpuTime() / NANOS
                : 0;
    }
}
