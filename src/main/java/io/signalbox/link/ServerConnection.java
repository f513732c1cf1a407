package io.signalbox.link;

import io.signalbox.event.Event;
import io.signalbox.link.Frame.Hello;
import io.signalbox.link.LinkServer.LinkRefusedException;
import io.signalbox.spec.CommandRequest;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection to the server, from its first byte to its end. */
final class ServerConnection implements LinkServer.Session {

    private static final Logger LOG = LoggerFactory.getLogger(ServerConnection.class);
    private static final int MAX_HELLO = 4096;
    private static final Duration DEAD_AFTER = Duration.ofSeconds(15);

    private final FrameChannel channel;
    private final LinkSessions sessions;
    private final LongAdder protocolErrors;
    private final Duration helloWithin;
    private volatile @Nullable Hello hello;
    private volatile @Nullable Thread thread;
    private boolean admitted;
    private long lastSeq;

    ServerConnection(FrameChannel channel, LinkSessions sessions, LongAdder protocolErrors, Duration helloWithin) {
        this.helloWithin = helloWithin;
        this.channel = channel;
        this.sessions = sessions;
        this.protocolErrors = protocolErrors;
    }

    void start(Runnable onEnd) {
        Thread serving = new Thread(
                () -> {
                    try {
                        serve();
                    } finally {
                        onEnd.run();
                    }
                },
                "link-connection");
        serving.setDaemon(true);
        thread = serving;
        try {
            serving.start();
        } catch (OutOfMemoryError e) {
            onEnd.run();
            throw e;
        }
    }

    private void serve() {
        try (channel) {
            open();
            while (admitted) {
                Frame frame = channel.read(FrameChannel.MAX_LENGTH, DEAD_AFTER).orElse(null);
                if (frame != null) {
                    take(frame);
                }
            }
        } catch (ProtocolException e) {
            protocolErrors.increment();
            LOG.warn("Closed the connection of {}: {}", who(), e.getMessage());
        } catch (SocketTimeoutException e) {
            LOG.warn("Closed the connection of {}: nothing came in time", who());
        } catch (EOFException e) {
            LOG.debug("{} closed its connection", who());
        } catch (IOException e) {
            LOG.debug("The connection of {} broke", who(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.error("What {} told could not be kept; its connection is closed, it will tell it again", who(), e);
        } finally {
            if (admitted) {
                sessions.closed(this);
            }
        }
    }

    private void open() throws IOException, InterruptedException {
        if (!(channel.read(MAX_HELLO, helloWithin).orElse(null) instanceof Hello first)) {
            throw new ProtocolException("the first frame is not a hello");
        }
        if (first.protocol() != Frame.PROTOCOL) {
            refuse("protocol " + first.protocol() + " is not spoken here, only " + Frame.PROTOCOL, false);
            return;
        }
        hello = first;
        try {
            lastSeq = sessions.open(first, this);
        } catch (LinkRefusedException e) {
            refuse(String.valueOf(e.getMessage()), e.fenced());
            return;
        }
        admitted = true;
        Thread.currentThread().setName("link-job-" + first.jobId());
        channel.write(new Frame.Welcome(lastSeq));
    }

    private void refuse(String reason, boolean fenced) throws IOException {
        LOG.warn("Refused {}: {}", who(), reason);
        channel.write(new Frame.Refused(reason, fenced));
    }

    private void take(Frame frame) throws IOException {
        if (frame instanceof Frame.Events events) {
            commit(events.events());
        } else if (frame instanceof Frame.Progress progress) {
            sessions.handler().progress(this, progress);
        } else if (frame instanceof Frame.FilesAsked asked) {
            sessions.handler().files(this, asked);
        } else if (frame instanceof Frame.Ping) {
            channel.write(new Frame.Pong());
        } else if (!(frame instanceof Frame.Pong)) {
            throw new ProtocolException(
                    "a trainer does not say " + frame.getClass().getSimpleName());
        }
    }

    private void commit(List<Event> events) throws IOException {
        checkOrder(events);
        List<Event> fresh =
                events.stream().filter(event -> event.seq() > lastSeq).toList();
        if (!fresh.isEmpty()) {
            sessions.commit(this, fresh);
            lastSeq += fresh.size();
        }
        channel.write(new Frame.Ack(lastSeq));
    }

    private void checkOrder(List<Event> events) throws ProtocolException {
        for (int i = 0; i < events.size(); i++) {
            Event event = events.get(i);
            long expected = events.get(0).seq() + i;
            if (event.jobId() != jobId() || event.attempt() != attempt()) {
                throw new ProtocolException(
                        "an event of another job or attempt: " + event.jobId() + "/" + event.attempt());
            }
            if (event.seq() != expected) {
                throw new ProtocolException("event " + event.seq() + " where " + expected + " was due");
            }
        }
        if (!events.isEmpty() && events.get(0).seq() > lastSeq + 1) {
            throw new ProtocolException("event " + events.get(0).seq() + " where " + (lastSeq + 1) + " was due");
        }
    }

    private String who() {
        Hello known = hello;
        return known == null ? "a stranger" : "the trainer of job " + known.jobId() + ", attempt " + known.attempt();
    }

    private Hello known() {
        Hello known = hello;
        if (known == null) {
            throw new IllegalStateException("no hello was taken on this connection");
        }
        return known;
    }

    @Override
    public long jobId() {
        return known().jobId();
    }

    @Override
    public int attempt() {
        return known().attempt();
    }

    @Override
    public boolean send(CommandRequest request) {
        return send((Frame) new Frame.CommandFrame(request));
    }

    @Override
    public boolean send(Frame.Files files) {
        return send((Frame) files);
    }

    @Override
    public boolean interrupt(String reason) {
        return send((Frame) new Frame.Interrupt(reason));
    }

    private boolean send(Frame frame) {
        try {
            channel.write(frame);
            return true;
        } catch (IOException e) {
            LOG.debug("A {} did not reach {}", frame.getClass().getSimpleName(), who(), e);
            close();
            return false;
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.debug("Closing the connection of {} failed", who(), e);
        }
    }

    void join(long deadline) {
        Thread serving = thread;
        long millis = (deadline - System.nanoTime()) / 1_000_000;
        if (serving == null || serving == Thread.currentThread() || millis <= 0) {
            return;
        }
        try {
            serving.join(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
