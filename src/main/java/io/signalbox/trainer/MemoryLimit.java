package io.signalbox.trainer;

import io.signalbox.callback.Callback;
import io.signalbox.callback.Logs;
import io.signalbox.callback.Run;
import io.signalbox.callback.StopRequest;
import io.signalbox.event.Outcome;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Stops training gracefully, its checkpoint written, when this process holds more memory than {@code resources.memory}. Where
 * that comes too late the server ends the process.
 */
final class MemoryLimit implements Callback {

    private static final String NAME = "MemoryLimit";

    /** Asking the system takes as long as a small step. */
    private static final long BETWEEN_LOOKS = Duration.ofMillis(200).toNanos();

    private final long limit;
    private final LongSupplier resident;
    private final LongSupplier nanoClock;
    private long nextLook = Long.MIN_VALUE;

    /** Both in bytes; {@code resident} is what the process holds. */
    MemoryLimit(long limit, LongSupplier resident, LongSupplier nanoClock) {
        this.limit = limit;
        this.resident = resident;
        this.nanoClock = nanoClock;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void onTrainBatchEnd(int batch, Logs logs, Run run) {
        long now = nanoClock.getAsLong();
        if (nextLook != Long.MIN_VALUE && now - nextLook < 0) {
            return;
        }
        nextLook = now + BETWEEN_LOOKS;
        long held = resident.getAsLong();
        if (held > limit) {
            String reason = "the trainer holds " + mebi(held) + " of memory, more than the " + mebi(limit)
                    + " of resources.memory; ask for more, or use a smaller model or batch";
            run.stop(StopRequest.of(Outcome.MEMORY_LIMIT, reason, NAME));
        }
    }

    private static String mebi(long bytes) {
        return (bytes >> 20) + " MiB";
    }
}
