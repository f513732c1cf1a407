package io.signalbox.data;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** Work on many items at once. */
final class Parallel {

    /** Each holds one decoded picture or recording in memory. */
    private static final int MOST_THREADS = 4;

    private Parallel() {}

    /** Work on one item; returns false to begin no further one. */
    interface Task {
        boolean run(int index) throws IOException;
    }

    /** Runs a task for {@code 0 .. count - 1} in any order and returns when all are done. The first failure ends it. */
    static void each(int count, Task task) throws IOException {
        int threads = Math.min(Math.min(Runtime.getRuntime().availableProcessors(), MOST_THREADS), count);
        AtomicInteger next = new AtomicInteger();
        ExecutorService pool = Executors.newFixedThreadPool(Math.max(threads, 1));
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                running.add(pool.submit(() -> {
                    work(count, next, task);
                    return null;
                }));
            }
            for (Future<?> one : running) {
                join(one);
            }
        } finally {
            next.set(count);
            pool.shutdown();
        }
    }

    private static void work(int count, AtomicInteger next, Task task) throws IOException {
        boolean goOn = true;
        for (int index = next.getAndIncrement(); goOn && index < count; index = next.getAndIncrement()) {
            goOn = task.run(index);
        }
        if (!goOn) {
            next.set(count);
        }
    }

    private static void join(Future<?> running) throws IOException {
        try {
            running.get();
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            if (cause instanceof IOException failure) {
                throw failure;
            } else if (cause instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException(cause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
