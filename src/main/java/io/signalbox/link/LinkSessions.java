package io.signalbox.link;

import io.signalbox.event.Event;
import io.signalbox.link.LinkServer.Handler;
import io.signalbox.link.LinkServer.LinkRefusedException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/** The live session of each job. What changes a job's events goes through here, one at a time for each job. */
final class LinkSessions {

    /** As many as trainers may be connected, so that few wait for another's events to be committed. */
    private static final int LOCKS = 4096;

    private static final long BUSY_SECONDS = 10;

    private final Handler handler;
    private final Map<Long, ServerConnection> live = new ConcurrentHashMap<>();
    private final ReentrantLock[] locks = new ReentrantLock[LOCKS];

    LinkSessions(Handler handler) {
        this.handler = handler;
        for (int i = 0; i < LOCKS; i++) {
            locks[i] = new ReentrantLock();
        }
    }

    Handler handler() {
        return handler;
    }

    /** Makes a connection its job's live one, and answers the last seq held. */
    long open(Frame.Hello hello, ServerConnection connection) throws InterruptedException {
        ReentrantLock lock = lock(hello.jobId());
        if (!lock.tryLock(BUSY_SECONDS, TimeUnit.SECONDS)) {
            throw new LinkRefusedException("events of this job are still being committed", false);
        }
        try {
            long lastSeq = handler.hello(hello, connection);
            ServerConnection older = live.put(hello.jobId(), connection);
            if (older != null) {
                older.close();
            }
            return lastSeq;
        } finally {
            lock.unlock();
        }
    }

    void commit(ServerConnection connection, List<Event> events) throws IOException {
        ReentrantLock lock = lock(connection.jobId());
        lock.lock();
        try {
            if (live.get(connection.jobId()) != connection) {
                throw new IOException("a newer connection of this trainer took over");
            }
            handler.events(connection, events);
        } finally {
            lock.unlock();
        }
    }

    void closed(ServerConnection connection) {
        live.remove(connection.jobId(), connection);
        handler.closed(connection);
    }

    private ReentrantLock lock(long jobId) {
        return locks[Long.hashCode(jobId) & (LOCKS - 1)];
    }
}
