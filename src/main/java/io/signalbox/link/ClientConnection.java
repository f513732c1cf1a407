package io.signalbox.link;

import io.signalbox.event.Event;
import io.signalbox.link.Frame.Welcome;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection of a trainer: the calling thread sends, a thread of its own reads. */
final class ClientConnection implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ClientConnection.class);

    /** A server that says nothing for so long is gone; it is asked for a sign of life every second. */
    private static final Duration DEAD_AFTER = Duration.ofSeconds(15);

    private static final long PROGRESS_NANOS = Duration.ofSeconds(1).toNanos();

    /** Another writer took over; there is no use in coming back. */
    static final class FencedException extends IOException {

        FencedException(String reason) {
            super(reason);
        }

        String reason() {
            return String.valueOf(getMessage());
        }
    }

    private final FrameChannel channel;
    private final Assignment assignment;
    private final JournalWriter journal;
    private final Outbox outbox;
    private final LinkClient.Listener listener;
    private final Consumer<Frame.Files> files;
    private volatile boolean open = true;
    private volatile boolean welcome;
    private volatile long pings;
    private volatile long pingsBeforeEvents;
    private long pongs;

    ClientConnection(
            FrameChannel channel,
            Assignment assignment,
            JournalWriter journal,
            Outbox outbox,
            LinkClient.Listener listener,
            Consumer<Frame.Files> files) {
        this.channel = channel;
        this.assignment = assignment;
        this.journal = journal;
        this.outbox = outbox;
        this.listener = listener;
        this.files = files;
    }

    /** Says hello and sends events until the connection is gone; {@code onWelcome} runs when the server takes it. */
    void serve(Runnable onWelcome) throws IOException, InterruptedException {
        channel.write(new Frame.Hello(
                Frame.PROTOCOL,
                assignment.jobId(),
                assignment.attempt(),
                assignment.secret(),
                ProcessHandle.current().pid()));
        outbox.connected(awaitWelcome());
        welcome = true;
        onWelcome.run();
        Thread reader = new Thread(this::readAll, "link-read");
        reader.setDaemon(true);
        reader.start();
        sendAll();
    }

    /** Asks for files, if the server has taken this connection; any thread may. */
    void ask(Frame.FilesAsked asked) {
        try {
            if (welcome) {
                channel.write(asked);
            }
        } catch (IOException e) {
            LOG.debug("A question for files did not reach the server", e);
            close();
        }
    }

    private long awaitWelcome() throws IOException {
        while (true) {
            Frame frame = channel.read(FrameChannel.MAX_LENGTH, DEAD_AFTER).orElse(null);
            if (frame instanceof Welcome welcome) {
                return checked(welcome.lastSeq());
            } else if (frame instanceof Frame.CommandFrame command) {
                listener.command(command.request());
            } else if (frame instanceof Frame.Refused refused) {
                if (refused.fenced()) {
                    throw new FencedException(refused.reason());
                }
                throw new ProtocolException("the server refuses this trainer: " + refused.reason());
            }
        }
    }

    private long checked(long held) throws IOException {
        if (held >= journal.nextSeq()) {
            throw new FencedException("the server holds event " + held + ", which this trainer never wrote");
        }
        if (held < journal.firstSeq() - 1) {
            throw new ProtocolException(
                    "the server holds events up to " + held + " only; this trainer's begin at " + journal.firstSeq());
        }
        return held;
    }

    private void sendAll() throws IOException, InterruptedException {
        long progressAt = System.nanoTime();
        while (open) {
            long now = System.nanoTime();
            if (now - progressAt >= 0) {
                channel.write(listener.progress());
                pings++;
                channel.write(new Frame.Ping());
                progressAt = now + PROGRESS_NANOS;
            }
            send(outbox.awaitTurn(Math.max(0, progressAt - System.nanoTime()), () -> open));
        }
    }

    private void send(long after) throws IOException {
        if (after == Outbox.NOT_YET) {
            return;
        }
        List<Event> events = journal.after(after, Outbox.BATCH);
        if (events.isEmpty()) {
            throw new IOException("the journal has lost the event after " + after);
        }
        pingsBeforeEvents = pings;
        outbox.sent(events.get(events.size() - 1).seq());
        channel.write(new Frame.Events(events));
    }

    private void readAll() {
        try {
            while (true) {
                Frame frame = channel.read(FrameChannel.MAX_LENGTH, DEAD_AFTER).orElse(null);
                if (frame != null) {
                    take(frame);
                }
            }
        } catch (IOException e) {
            LOG.debug("The server is gone", e);
        } finally {
            close();
        }
    }

    private void take(Frame frame) throws IOException {
        if (frame instanceof Frame.Ack ack) {
            if (!outbox.acked(ack.seq())) {
                throw new ProtocolException("the server acknowledges event " + ack.seq() + ", which was not sent");
            }
        } else if (frame instanceof Frame.CommandFrame command) {
            listener.command(command.request());
        } else if (frame instanceof Frame.Files answer) {
            files.accept(answer);
        } else if (frame instanceof Frame.Interrupt interrupt) {
            listener.interrupted(interrupt.reason());
        } else if (frame instanceof Frame.Ping) {
            channel.write(new Frame.Pong());
        } else if (frame instanceof Frame.Pong) {
            answered();
        }
    }

    /** The server takes frames in order: a ping answered before the events sent ahead of it tells that they are lost. */
    private void answered() throws IOException {
        pongs++;
        if (pongs > pingsBeforeEvents && outbox.isWaitingForAck()) {
            throw new IOException("events got lost on their way");
        }
    }

    /** Any thread may close it, more than once. */
    @Override
    public void close() {
        open = false;
        outbox.wake();
        try {
            channel.close();
        } catch (IOException e) {
            LOG.debug("Closing the connection failed", e);
        }
    }
}
