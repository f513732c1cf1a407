package io.signalbox.trainer;

import io.signalbox.event.EventDetail;
import io.signalbox.event.EventDetail.Alert;
import io.signalbox.event.EventDetail.Log;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices that training stands still: tells so, and writes into the log where each thread stands. It ends nothing: whoever
 * reads it may.
 */
final class Watchdog implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Watchdog.class);

    private static final long LOOK_MILLIS = 1_000;

    /** Without any batch for so long, whatever batches took so far. */
    static final Duration LEAST = Duration.ofMinutes(1);

    /** So many times as long as the longest batch so far. */
    private static final int TIMES_LONGEST = 10;

    private static final int FRAMES = 30;
    private static final double NANOS = 1e9;

    private final LongSupplier signs;
    private final BooleanSupplier trains;
    private final Consumer<EventDetail> events;
    private final LongSupplier nanoClock;
    private final Thread thread = new Thread(this::run, "watchdog");
    private boolean closed;
    private long last = Long.MIN_VALUE;
    private long since;
    private long longest;
    private boolean told;

    /**
     * Looks at nothing before {@link #start}.
     *
     * @param signs counts signs of life, such as batches
     * @param trains whether there should be any: not in a pause
     * @param events takes what is told, from any thread
     */
    Watchdog(LongSupplier signs, BooleanSupplier trains, Consumer<EventDetail> events, LongSupplier nanoClock) {
        this.signs = signs;
        this.trains = trains;
        this.events = events;
        this.nanoClock = nanoClock;
        thread.setDaemon(true);
    }

    Watchdog start() {
        thread.start();
        return this;
    }

    private void run() {
        try {
            while (look()) {
                Thread.sleep(LOOK_MILLIS);
            }
        } catch (InterruptedException e) {
            LOG.debug("The watchdog ends", e);
        }
    }

    /** Looks once; false when that was the last time. */
    synchronized boolean look() {
        long now = nanoClock.getAsLong();
        long count = signs.getAsLong();
        if (count != last || !trains.getAsBoolean()) {
            if (told) {
                told = false;
                events.accept(new Log("info", "training goes on after " + seconds(now - since) + " without a batch"));
            } else if (last != Long.MIN_VALUE && count == last + 1) {
                longest = Math.max(longest, now - since);
            }
            last = count;
            since = now;
        } else if (!told && now - since > Math.max(LEAST.toNanos(), TIMES_LONGEST * longest)) {
            told = true;
            LOG.warn("No batch for {}; the threads stand at\n{}", seconds(now - since), threads());
            events.accept(new Alert(
                    "trainer",
                    "stalled",
                    "no batch for " + seconds(now - since)
                            + "; the log says where each thread stands; stop or cancel the"
                            + " job if it does not go on"));
        }
        return !closed;
    }

    private static String seconds(long nanos) {
        return Math.round(nanos / NANOS) + " s";
    }

    private static String threads() {
        return Thread.getAllStackTraces().entrySet().stream()
                .map(Watchdog::stack)
                .collect(Collectors.joining("\n"));
    }

    private static String stack(Map.Entry<Thread, StackTraceElement[]> entry) {
        return entry.getKey().getName() + " (" + entry.getKey().getState() + ")"
                + Arrays.stream(entry.getValue())
                        .limit(FRAMES)
                        .map(frame -> "\n    at " + frame)
                        .collect(Collectors.joining());
    }

    /** From now on nothing is told any more. */
    @Override
    public synchronized void close() {
        closed = true;
        thread.interrupt();
    }
}
