package io.signalbox.server.ingest;

import io.signalbox.link.LinkServer.Session;
import io.signalbox.spec.CommandRequest;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;

/** The connections of the trainers that are there now. */
@Component
public class TrainerSessions {

    private final Map<Long, Session> sessions = new ConcurrentHashMap<>();
    private final ApplicationEventPublisher publisher;

    TrainerSessions(ApplicationEventPublisher publisher) {
        this.publisher = publisher;
    }

    /** A trainer said who it is; an older connection of its job is closed. */
    public void put(Session session) {
        Session before = sessions.put(session.jobId(), session);
        if (before != null && before != session) {
            before.close();
        }
    }

    /** A connection is gone. */
    public void remove(Session session) {
        sessions.remove(session.jobId(), session);
    }

    /** Jobs whose trainers are connected. */
    public Set<Long> jobs() {
        return Set.copyOf(sessions.keySet());
    }

    /**
     * Hands a command to the trainer of a job. One that is not connected gets it when it connects; one that may be connected to
     * another server is seen to by {@link NoTrainerHere}.
     */
    public void send(long jobId, CommandRequest request) {
        Session session = sessions.get(jobId);
        if (session == null || !session.send(request)) {
            publisher.publishEvent(new NoTrainerHere(jobId));
        }
    }

    /** Whether the trainer of a job's attempt is there. */
    public boolean has(long jobId, int attempt) {
        Session session = sessions.get(jobId);
        return session != null && session.attempt() == attempt;
    }

    /** Has the trainer of a job save and end; false if none is there. */
    public boolean interrupt(long jobId, String reason) {
        Session session = sessions.get(jobId);
        return session != null && session.interrupt(reason);
    }

    /** Whether this connection is its job's. */
    public boolean isCurrent(Session session) {
        return sessions.get(session.jobId()) == session;
    }

    /** Nothing more is taken from whoever is connected as a job's trainer. */
    public void expel(long jobId) {
        Session session = sessions.remove(jobId);
        if (session != null) {
            session.close();
        }
    }
}
