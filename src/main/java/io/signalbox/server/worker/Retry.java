package io.signalbox.server.worker;

import io.signalbox.server.job.Job;
import java.time.Duration;
import java.util.SplittableRandom;

/** How long a job waits after a crash: doubling from a second to {@link Job#LONGEST_WAIT}, each time a random half to whole of it. */
final class Retry {

    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final int MOST_DOUBLINGS = 16;

    private Retry() {}

    /**
     * After so many crashes, 1 or more. The same job waits as long after the same crash, and jobs that died together do not
     * come back together.
     */
    static Duration after(int crashes, long jobId) {
        long whole = Math.min(Job.LONGEST_WAIT.toMillis(), FIRST.toMillis() << Math.min(crashes - 1, MOST_DOUBLINGS));
        return Duration.ofMillis(new SplittableRandom(31 * jobId + crashes).nextLong(whole / 2, whole + 1));
    }
}
