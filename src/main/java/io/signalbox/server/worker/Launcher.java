package io.signalbox.server.worker;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What starts trainers, chosen by {@code signalbox.launcher}: this machine, or the engine of a cluster, which queues, places and
 * ends them in its own way. An attempt is known by its {@link Attempt#name}, which every server that ever runs on this home tells
 * alike: what the engine calls it is only a hint. Exit codes are those of {@link io.signalbox.link.TrainerCommand} with all of
 * them.
 *
 * <p>One thread calls, and must not be kept: what takes longer than a file does happens elsewhere, and {@link #observe} tells how it
 * went. Only {@link #connected}, {@link #process} and {@link #spares} are called from any thread.
 */
interface Launcher {

    /**
     * Begins; before any other call.
     *
     * @param wake to be called, from any thread, when {@link #observe} has something new to say
     */
    default void open(Runnable wake) {}

    /**
     * Hands an attempt over, once for each. What its trainer is to be told holds a secret, which may be in no argument and no
     * variable.
     *
     * @throws IOException if it is certain that nothing was started
     */
    void submit(Launch launch) throws IOException;

    /** What became of an attempt so far; also of one that an earlier server handed over. */
    Placement observe(Attempt attempt);

    /** Asks the trainer, by SIGTERM, to save and end; nothing for one that does not run. */
    void signal(Attempt attempt);

    /** Ends an attempt, whether it waits or runs; nothing for one that is over. */
    void cancel(Attempt attempt);

    /** An attempt is over and was seen to; nobody asks for it any more. */
    void forget(Attempt attempt);

    /** A trainer has connected, with the number of its process where it runs. */
    default void connected(Attempt attempt, long pid) {}

    /** The process of an attempt, if it runs on this machine; null if not. */
    default @Nullable ProcessHandle process(Attempt attempt) {
        return null;
    }

    /** Trainers on this machine that wait for a job. */
    default List<Trainer> spares() {
        return List.of();
    }

    /** When nothing else is to be done. */
    default void rest() {}

    /** Ends; what has an attempt goes on. */
    default void close() {}
}
