package io.signalbox.link;

import io.signalbox.event.Event;
import io.signalbox.link.LinkServer.Handler;
import io.signalbox.link.LinkServer.LinkRefusedException;
import io.signalbox.link.LinkServer.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A server that keeps the events of one job in memory, outlives its {@link LinkServer} and checks what it is given. */
public final class Ledger implements Handler {

    public static final String SECRET = "a secret";

    private final List<Event> events = new ArrayList<>();
    private final List<Session> sessions = new ArrayList<>();
    private final AtomicInteger inside = new AtomicInteger();
    private final int attempt;
    private volatile Frame.Progress progress;
    private volatile RuntimeException failure;
    private volatile int hellos;
    private volatile long pid;
    private volatile int closed;

    public Ledger(int attempt) {
        this.attempt = attempt;
    }

    @Override
    public synchronized long hello(Frame.Hello hello, Session session) {
        hellos++;
        pid = hello.pid();
        if (!hello.secret().equals(SECRET)) {
            throw new LinkRefusedException("wrong secret", false);
        }
        if (hello.attempt() != attempt) {
            throw new LinkRefusedException("attempt " + attempt + " is at work", true);
        }
        sessions.add(session);
        return events.size() - 1L;
    }

    @Override
    public void events(Session session, List<Event> fresh) {
        if (inside.incrementAndGet() != 1) {
            throw new AssertionError("two connections of a job commit at a time");
        }
        try {
            if (failure != null) {
                throw failure;
            }
            synchronized (this) {
                for (Event event : fresh) {
                    if (event.seq() != events.size()) {
                        throw new AssertionError("event " + event.seq() + " where " + events.size() + " was due");
                    }
                    events.add(event);
                }
            }
        } finally {
            inside.decrementAndGet();
        }
    }

    @Override
    public void progress(Session session, Frame.Progress told) {
        progress = told;
    }

    @Override
    public synchronized void closed(Session session) {
        closed++;
        sessions.remove(session);
    }

    public synchronized List<Event> events() {
        return List.copyOf(events);
    }

    /** What a server does whose database was set back. */
    public synchronized void forgetAfter(long seq) {
        events.removeIf(event -> event.seq() > seq);
    }

    public synchronized int size() {
        return events.size();
    }

    public synchronized Session session() {
        return sessions.isEmpty() ? null : sessions.get(sessions.size() - 1);
    }

    public synchronized int liveSessions() {
        return sessions.size();
    }

    public Frame.Progress progress() {
        return progress;
    }

    /** The process that said hello last. */
    public long pid() {
        return pid;
    }

    public int hellos() {
        return hellos;
    }

    public int closed() {
        return closed;
    }

    public void failWith(RuntimeException error) {
        failure = error;
    }
}
