package io.signalbox.server.worker;

import io.signalbox.server.Uptime;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Trainers that have loaded PyTorch and wait for a job. Listed by any thread, else used by one. */
final class Spares {

    private static final Logger log = LoggerFactory.getLogger(Spares.class);

    /** A new spare is started only so long after a job, so that loading PyTorch does not slow its first steps. */
    private static final Duration DELAY = Duration.ofSeconds(2);

    /** After a spare that died by itself: what killed it will kill the next one too, so that there is no hurry. */
    private static final Duration BACKOFF = Duration.ofSeconds(30);

    private final int warm;
    private final Path folder;
    private final Clock clock;
    private final Uptime uptime;
    private final Deque<Trainer> spares = new ConcurrentLinkedDeque<>();
    private Duration next = Duration.ZERO;

    /**
     * None yet.
     *
     * @param warm how many there are to be
     * @param folder where they work and print to
     */
    Spares(int warm, Path folder, Clock clock, Uptime uptime) {
        this.warm = warm;
        this.folder = folder;
        this.clock = clock;
        this.uptime = uptime;
    }

    /** A trainer for a job. One whose memory is bounded is started for it: the bound of a Java heap is set at its start. */
    Trainer take(@Nullable Long memory) throws IOException {
        next = uptime.now().plus(DELAY);
        while (memory == null && !spares.isEmpty()) {
            Trainer spare = spares.poll();
            if (spare.process().isAlive()) {
                return spare;
            }
        }
        return Trainer.start(memory, folder, clock.instant());
    }

    /** Starts one where one is missing. */
    void keepWarm() {
        if (spares.removeIf(spare -> !spare.process().isAlive())) {
            log.warn("a spare trainer died before it had a job; the next one is started in {}", BACKOFF);
            next = uptime.now().plus(BACKOFF);
        }
        if (spares.size() >= warm || uptime.now().compareTo(next) < 0) {
            return;
        }
        try {
            spares.add(Trainer.start(null, folder, clock.instant()));
        } catch (IOException e) {
            log.warn("could not start a spare trainer: {}; the next job starts one of its own", e.getMessage());
        }
    }

    List<Trainer> list() {
        return List.copyOf(spares);
    }

    /** Ends them. */
    void dismiss() {
        for (Trainer spare : spares) {
            try {
                spare.dismiss();
            } catch (IOException e) {
                log.debug("a spare trainer was gone already", e);
            }
        }
    }
}
