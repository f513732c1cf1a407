package io.signalbox.link;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** How long to wait before the next try: doubling from 100 ms to 5 s, each time a random half to whole of it. */
final class Backoff {

    private static final Duration FIRST = Duration.ofMillis(100);
    private static final Duration LONGEST = Duration.ofSeconds(5);

    private final RandomGenerator random;
    private Duration next = FIRST;

    Backoff(RandomGenerator random) {
        this.random = random;
    }

    Duration next() {
        long whole = next.toMillis();
        next = next.multipliedBy(2).compareTo(LONGEST) < 0 ? next.multipliedBy(2) : LONGEST;
        return Duration.ofMillis(random.nextLong(whole / 2, whole + 1));
    }

    void reset() {
        next = FIRST;
    }
}
