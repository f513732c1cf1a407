package io.signalbox.link;

import io.signalbox.event.Event;
import io.signalbox.spec.CommandRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server's end of the link: listens, writes where to a file, one thread a trainer. Whatever is malformed ends its own connection and nothing else. Closing it waits until no handler runs any more.
 */
public final class LinkServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LinkServer.class);
    private static final int MAX_CONNECTIONS = 4_096;
    private static final Duration PAUSE_AFTER_FAILED_ACCEPT = Duration.ofMillis(100);
    private static final Duration HELLO_WITHIN = Duration.ofSeconds(2);

    /** Shaking hands takes a cold Java on a busy machine a while. */
    private static final Duration ENCRYPTED_HELLO_WITHIN = Duration.ofSeconds(10);

    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(10);

    /** What the server does with what trainers tell. Called on the connection's thread. */
    public interface Handler {

        /**
         * A trainer says who it is. At most one session of a job is live: an older one of the same attempt is closed; its
         * {@link #closed} may come after this. Of one job no two of {@code hello} and {@link #events} run at a time.
         *
         * @return seq of the last event held of that job, -1 for none
         * @throws LinkRefusedException for a wrong secret (not fenced) or an attempt that is not the newest (fenced)
         */
        long hello(Frame.Hello hello, Session session);

        /**
         * Commits events, in order, the first being the one after the last held. They are acknowledged when this returns;
         * the connection is closed when it throws, and the trainer comes back.
         */
        void events(Session session, List<Event> events);

        void progress(Session session, Frame.Progress progress);

        /** A trainer asks for its files; {@link Session#send(Frame.Files)} answers, later. Must not wait. */
        default void files(Session session, Frame.FilesAsked asked) {
            session.send(new Frame.Files(asked.id(), List.of(), "files are not carried here"));
        }

        void closed(Session session);
    }

    /** One trainer's connection, after its hello was taken. Thread-safe. */
    public interface Session {

        long jobId();

        int attempt();

        /** Sends a command on; false if the connection is gone. */
        boolean send(CommandRequest request);

        /** Tells of files; false if the connection is gone. */
        boolean send(Frame.Files files);

        /** Has the trainer save and end, as a signal would; false if the connection is gone. */
        boolean interrupt(String reason);

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

    /**
     * Where to listen.
     *
     * @param bind address of this machine
     * @param port 0 for a free one
     * @param host name or address by which trainers reach it
     * @param tls null for a link that is not encrypted, which nobody but this machine may use
     */
    public record Endpoint(
            InetAddress bind,
            int port,
            String host,
            @Nullable LinkTls tls) {

        /** A free port that only this machine can reach. */
        public static Endpoint loopback() {
            InetAddress address = InetAddress.getLoopbackAddress();
            return new Endpoint(address, 0, address.getHostAddress(), null);
        }
    }

    private final LinkFile linkFile;
    private final @Nullable LinkTls tls;
    private final ServerSocket listener;
    private final LinkSessions sessions;
    private final Set<ServerConnection> connections = ConcurrentHashMap.newKeySet();
    private final LongAdder protocolErrors = new LongAdder();

    /** Listens for trainers of this machine, on a free port. */
    public LinkServer(Path linkFile, Handler handler) throws IOException {
        this(linkFile, Endpoint.loopback(), handler);
    }

    /** Binds, writes to {@code linkFile} where, and accepts trainers. */
    public LinkServer(Path linkFile, Endpoint endpoint, Handler handler) throws IOException {
        this.linkFile = new LinkFile(linkFile);
        this.sessions = new LinkSessions(handler);
        this.tls = endpoint.tls();
        listener = new ServerSocket(endpoint.port(), MAX_CONNECTIONS, endpoint.bind());
        try {
            this.linkFile.write(new LinkFile.Target(
                    endpoint.host(), listener.getLocalPort(), tls == null ? null : tls.fingerprint()));
        } catch (IOException e) {
            listener.close();
            throw e;
        }
        Thread thread = new Thread(this::acceptAll, "link-accept");
        thread.setDaemon(true);
        thread.start();
    }

    /** The port it listens on. */
    public int port() {
        return listener.getLocalPort();
    }

    /** Connections that were closed because what came over them was malformed or out of order. */
    public long protocolErrors() {
        return protocolErrors.sum();
    }

    private void acceptAll() {
        while (!listener.isClosed()) {
            try {
                accept(listener.accept());
            } catch (IOException | OutOfMemoryError e) { // no descriptor, no thread left: others may end
                if (!listener.isClosed()) {
                    LOG.warn("Could not accept a trainer's connection; trying again", e);
                    LockSupport.parkNanos(PAUSE_AFTER_FAILED_ACCEPT.toNanos());
                }
            }
        }
    }

    private void accept(Socket socket) throws IOException {
        if (connections.size() >= MAX_CONNECTIONS) {
            LOG.warn("Closed a connection: there are {} already, the most that are taken", MAX_CONNECTIONS);
            socket.close();
            return;
        }
        try {
            ServerConnection connection = new ServerConnection(
                    channel(socket), sessions, protocolErrors, tls == null ? HELLO_WITHIN : ENCRYPTED_HELLO_WITHIN);
            connections.add(connection);
            connection.start(() -> connections.remove(connection));
        } catch (IOException | OutOfMemoryError e) {
            socket.close();
            throw e;
        }
    }

    private FrameChannel channel(Socket socket) throws IOException {
        return tls == null ? new FrameChannel(socket) : new FrameChannel(tls.accept(socket), socket);
    }

    @Override
    public void close() {
        try {
            listener.close();
            linkFile.remove(port());
        } catch (IOException e) {
            LOG.warn(
                    "Could not remove the link file {}; trainers will look in vain until it is written anew",
                    linkFile.path(),
                    e);
        }
        connections.forEach(ServerConnection::close);
        long deadline = System.nanoTime() + CLOSE_WITHIN.toNanos();
        connections.forEach(connection -> connection.join(deadline));
    }
}
