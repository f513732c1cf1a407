package io.signalbox.bench;

import java.util.concurrent.atomic.AtomicLongArray;

/** How old things were when they came, in whole milliseconds. Thread-safe. */
final class Ages {

    private static final int MOST = 60_000;

    private final AtomicLongArray counts = new AtomicLongArray(MOST + 1);

    void add(long millis) {
        counts.incrementAndGet((int) Math.max(0, Math.min(MOST, millis)));
    }

    void clear() {
        for (int i = 0; i <= MOST; i++) {
            counts.set(i, 0);
        }
    }

    long count() {
        long sum = 0;
        for (int i = 0; i <= MOST; i++) {
            sum += counts.get(i);
        }
        return sum;
    }

    /** The age that a share of all, 0 to 1, were at most. */
    int quantile(double share) {
        long wanted = (long) Math.ceil(count() * share);
        long seen = 0;
        for (int i = 0; i <= MOST; i++) {
            seen += counts.get(i);
            if (seen >= wanted && seen > 0) {
                return i;
            }
        }
        return MOST;
    }
}
