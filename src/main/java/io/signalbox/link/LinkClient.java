package io.signalbox.link;

import io.signalbox.link.ClientConnection.FencedException;
import io.signalbox.spec.CommandRequest;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The trainer's end of the link: sends on from the journal whatever the server does not hold yet, and comes back by itself
 * for as long as it takes when the connection breaks or the server is away. It runs on threads of its own; those who write
 * to the journal never wait for it.
 */
public final class LinkClient implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LinkClient.class);
    private static final int CONNECT_MILLIS = 2_000;
    private static final int HANDSHAKE_MILLIS = 10_000;
    private static final long LOOK_FOR_SERVER_MILLIS = 100;
    private static final Duration ASK_AGAIN = Duration.ofSeconds(5);

    /** What the trainer does with what the server says. Called on the link's threads; must not wait for long. */
    public interface Listener {

        /** A command for the run; may come twice, told apart by its id. */
        void command(CommandRequest request);

        /** The server takes another attempt for the job's writer: this process must end at once. */
        void fenced(String reason);

        /** The server asks this process to save and end, as a signal would; may come more than once. */
        void interrupted(String reason);

        /** No server took this trainer for as long as the assignment allows. Told once. */
        void orphaned();

        /** How far training is; asked for once a second. */
        Frame.Progress progress();
    }

    private final Assignment assignment;
    private final LinkFile linkFile;
    private final boolean hadWorkshop;
    private final JournalWriter journal;
    private final Listener listener;
    private final Outbox outbox;
    private final Backoff backoff = new Backoff(new SplittableRandom());
    private final Thread thread = new Thread(this::run, "link");
    private final BlockingQueue<Frame.Files> answers = new LinkedBlockingQueue<>();
    private volatile @Nullable ClientConnection connection;
    private volatile boolean closed;
    private long questions;
    private boolean complained;
    private boolean orphaned;
    private boolean taken;
    private long aloneSince = System.nanoTime();

    /** Begins to connect at {@link #start}. */
    public LinkClient(Assignment assignment, JournalWriter journal, Listener listener) {
        this.assignment = assignment;
        this.linkFile = new LinkFile(assignment.linkFile());
        this.hadWorkshop = Files.exists(assignment.workshop());
        this.journal = journal;
        this.listener = listener;
        this.outbox = new Outbox(assignment.nextSeq() - 1);
        journal.onWritten(outbox::written);
        thread.setDaemon(true);
    }

    public void start() {
        thread.start();
    }

    /**
     * Waits until the server has committed everything that was written so far.
     *
     * @return false if it has not within {@code timeout}
     */
    public boolean awaitAcked(Duration timeout) throws InterruptedException {
        return outbox.awaitAcked(journal.nextSeq() - 1, timeout);
    }

    /**
     * Asks the server where the files are that the job begins with, or where to put some. Waits for the answer, over as many
     * connections as it takes. One thread at a time.
     *
     * @param puts files that are to be put; empty for those to begin with
     * @throws IOException if there is none in time
     */
    public synchronized List<FilePlace> ask(List<FilePart> puts, Duration within)
            throws IOException, InterruptedException {
        Frame.FilesAsked question = new Frame.FilesAsked(++questions, puts);
        long deadline = System.nanoTime() + within.toNanos();
        String trouble = "the server is away";
        for (long left = within.toNanos(); left > 0 && !closed; left = deadline - System.nanoTime()) {
            ClientConnection live = connection;
            if (live != null) {
                live.ask(question);
            }
            Frame.Files answer = answers.poll(Math.min(left, ASK_AGAIN.toNanos()), TimeUnit.NANOSECONDS);
            if (answer != null && answer.id() == question.id()) {
                if (answer.trouble().isEmpty()) {
                    return answer.places();
                }
                trouble = answer.trouble();
                TimeUnit.NANOSECONDS.sleep(Math.min(left, ASK_AGAIN.toNanos()));
            }
        }
        throw new IOException("no answer from the server about files: " + trouble);
    }

    private void run() {
        while (!closed) {
            long stamp = linkFile.stamp();
            try (ClientConnection live =
                    new ClientConnection(connect(), assignment, journal, outbox, listener, answers::add)) {
                connection = live;
                if (!closed) {
                    live.serve(this::connected);
                }
            } catch (FencedException e) {
                listener.fenced(e.reason());
                return;
            } catch (IOException e) {
                complain(e);
            } catch (InterruptedException e) {
                return;
            }
            connection = null;
            lookForOrphan();
            if (!awaitNextTry(stamp)) {
                return;
            }
        }
    }

    private FrameChannel connect() throws IOException {
        LinkFile.Target target = linkFile.read();
        Socket socket = new Socket();
        try {
            socket.connect(new InetSocketAddress(target.host(), target.port()), CONNECT_MILLIS);
            if (target.certificate() == null) {
                return new FrameChannel(socket);
            }
            socket.setSoTimeout(HANDSHAKE_MILLIS);
            return new FrameChannel(LinkTls.connect(socket, target.certificate()), socket);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** The connection is gone, or none came about. */
    private void lookForOrphan() {
        long now = System.nanoTime();
        if (taken) {
            aloneSince = now;
            taken = false;
        } else if (hadWorkshop && Files.notExists(assignment.workshop())) {
            listener.fenced("a newer attempt has begun while there was no way to the server");
        } else if (!orphaned && now - aloneSince > assignment.orphanTimeout().toNanos()) {
            orphaned = true;
            listener.orphaned();
        }
    }

    private void connected() {
        backoff.reset();
        taken = true;
        if (complained) {
            LOG.info("Connected to the server again");
            complained = false;
        }
    }

    /** Once for each time that the server is away. */
    private void complain(IOException e) {
        if (!complained && !closed) {
            complained = true;
            LOG.warn("No connection to the server ({}); training goes on, trying again until it is back", e.toString());
        }
    }

    /** Waits before the next try, but not when the server has written the link file anew; false when closed. */
    private boolean awaitNextTry(long stamp) {
        long deadline = System.nanoTime() + backoff.next().toNanos();
        try {
            long left = deadline - System.nanoTime();
            while (left > 0 && !closed && linkFile.stamp() == stamp) {
                TimeUnit.NANOSECONDS.sleep(Math.min(left, TimeUnit.MILLISECONDS.toNanos(LOOK_FOR_SERVER_MILLIS)));
                left = deadline - System.nanoTime();
            }
            return !closed;
        } catch (InterruptedException e) {
            return false;
        }
    }

    /** Ends the connection; what was not acknowledged stays in the journal. */
    @Override
    public void close() {
        closed = true;
        ClientConnection live = connection;
        if (live != null) {
            live.close();
        }
        thread.interrupt();
    }
}
