package io.signalbox.link;

import io.signalbox.event.Event;
import io.signalbox.spec.CommandRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The server's end of the link: listens on loopback, writes its port to a file, one thread a trainer. */
public final class LinkServer implements AutoCloseable {

    /** What the server does with what trainers tell. Called on the connection's thread. */
    public interface Handler {

        /**
         * A trainer says who it is. At most one session of a job is live: an older one of the same attempt is closed.
         *
         * @return seq of the last event held of that job, -1 for none
         * @throws LinkRefusedException for a wrong secret (not fenced) or an attempt that is not the newest (fenced)
         */
        long hello(Frame.Hello hello, Session session);

        /**
         * Commits events, in order; they begin at most one after the last held (those held already are skipped). They are
         * acknowledged when this returns; the connection is closed when it throws.
         */
        void events(Session session, List<Event> events);

        void progress(Session session, Frame.Progress progress);

        void closed(Session session);
    }

    /** One trainer's connection, after its hello was taken. Thread-safe. */
    public interface Session {

        long jobId();

        int attempt();

        /** Sends a command on; false if the connection is gone. */
        boolean send(CommandRequest request);

        void close();
    }

    /** A hello that is not taken. */
    public static final class LinkRefusedException extends RuntimeException {

        private final boolean fenced;

        public LinkRefusedException(String reason, boolean fenced) {
            super(reason);
            this.fenced = fenced;
        }

        public boolean fenced() {
            return fenced;
        }
    }

    public LinkServer(Path linkFile, Handler handler) throws IOException {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
