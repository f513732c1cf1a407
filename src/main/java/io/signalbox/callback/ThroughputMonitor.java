package io.signalbox.callback;

import io.signalbox.event.EventDetail.MetricsLogged;
import io.signalbox.spec.schema.Described;
import io.signalbox.spec.schema.Param;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Measures how fast training is over the last steps, as {@code lightning.pytorch.callbacks.ThroughputMonitor} does.
 * Validation is left out. Examples lie in memory, so that there is no waiting for data to tell apart: {@code wait_share} is
 * the share of time between updates, which callbacks and checkpoints take. After a restart the window begins anew.
 */
final class ThroughputMonitor implements Callback {

    private static final double NANOS_PER_SECOND = 1e9;

    /** Lightning's arguments. */
    @Described("Logs examples and batches per second, and the share of time spent between updates")
    record Params(
            @Param(
                    value = "Steps that the rates are taken over",
                    unit = "steps",
                    defaultValue = "100",
                    min = 1,
                    max = 10_000)
            int windowSize,

            @Param(
                    value = "Steps between two measurements logged",
                    unit = "steps",
                    defaultValue = "50",
                    min = 1,
                    max = 1_000_000)
            int logEvery) {}

    private record Step(long nanos, long busy, long examples) {}

    private final String name;
    private final Params params;
    private final LongSupplier nanoClock;
    private final Deque<Step> window = new ArrayDeque<>();
    private Step sum = new Step(0, 0, 0);
    private long lastEnd;
    private long updateBegin;
    private long validationBegin;
    private long examplesBefore;

    ThroughputMonitor(String name, Params params) {
        this(name, params, System::nanoTime);
    }

    ThroughputMonitor(String name, Params params, LongSupplier nanoClock) {
        this.name = name;
        this.params = params;
        this.nanoClock = nanoClock;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void onTrainBegin(Run run) {
        window.clear();
        sum = new Step(0, 0, 0);
        lastEnd = nanoClock.getAsLong();
        examplesBefore = run.examples();
    }

    @Override
    public void onTrainBatchBegin(int batch, Run run) {
        updateBegin = nanoClock.getAsLong();
    }

    @Override
    public void onTrainBatchEnd(int batch, Logs logs, Run run) {
        long now = nanoClock.getAsLong();
        add(new Step(now - lastEnd, now - updateBegin, run.examples() - examplesBefore));
        lastEnd = now;
        examplesBefore = run.examples();
        if (run.step() % params.logEvery() == 0 && sum.nanos() > 0 && run.live()) {
            run.emit(new MetricsLogged(name, rates()));
        }
    }

    @Override
    public void onPaused(long nanos, Run run) {
        lastEnd += nanos;
    }

    @Override
    public void onTestBegin(Run run) {
        validationBegin = nanoClock.getAsLong();
    }

    @Override
    public void onTestEnd(Logs logs, Run run) {
        lastEnd += nanoClock.getAsLong() - validationBegin;
    }

    private void add(Step step) {
        window.add(step);
        sum = new Step(sum.nanos() + step.nanos(), sum.busy() + step.busy(), sum.examples() + step.examples());
        if (window.size() > params.windowSize()) {
            Step old = window.remove();
            sum = new Step(sum.nanos() - old.nanos(), sum.busy() - old.busy(), sum.examples() - old.examples());
        }
    }

    private Map<String, Double> rates() {
        double seconds = sum.nanos() / NANOS_PER_SECOND;
        Map<String, Double> rates = new LinkedHashMap<>();
        rates.put("examples_per_second", sum.examples() / seconds);
        rates.put("batches_per_second", window.size() / seconds);
        rates.put("wait_share", 1 - (double) sum.busy() / sum.nanos());
        return rates;
    }

    @Override
    public String explain(Run run) {
        return sum.nanos() == 0
                ? "nothing measured yet"
                : Numbers.brief(Math.rint(rates().getOrDefault("examples_per_second", 0.0)))
                        + " examples per second over the last " + window.size() + " steps";
    }
}
