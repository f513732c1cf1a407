package io.signalbox.link;

import io.signalbox.event.Event;
import io.signalbox.event.EventDetail;
import io.signalbox.event.EventDetail.BatchEnd;
import io.signalbox.event.EventDetail.EpochEnd;
import io.signalbox.link.Frame.Ack;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Speaks as a trainer does, over the real link, but trains nothing. For benchmarks; one thread uses it. */
public final class SimulatedTrainer implements Closeable {

    /** Events from one end of an epoch to the next. */
    private static final int EPOCH = 200;

    /** Prime to an epoch's length. */
    private static final int SPREAD = 37;

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** It has none of its own. */
    private static final long NO_PROCESS = 0;

    private final FrameChannel channel;
    private final long jobId;
    private long next;

    /** Connects, and says who it is: the first attempt of a job whose events begin with {@code firstSeq}. */
    public SimulatedTrainer(Path linkFile, long jobId, String secret) throws IOException {
        this.jobId = jobId;
        Socket socket = new Socket(
                InetAddress.getLoopbackAddress(), new LinkFile(linkFile).read().port());
        channel = new FrameChannel(socket);
        channel.write(new Frame.Hello(Frame.PROTOCOL, jobId, 1, secret, NO_PROCESS));
        while (true) {
            Frame frame = channel.read(FrameChannel.MAX_LENGTH, PATIENCE).orElse(null);
            if (frame instanceof Frame.Welcome welcome) {
                next = welcome.lastSeq() + 1;
                return;
            } else if (frame instanceof Frame.Refused refused) {
                throw new IOException("refused: " + refused.reason());
            }
        }
    }

    /** Tells so many updates in one frame and waits until they are acknowledged. */
    public void tell(int updates) throws IOException {
        List<Event> events = new ArrayList<>(updates);
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        for (int i = 0; i < updates; i++, next++) {
            events.add(new Event(next, now, jobId, 1, epoch(next), next, detail(next)));
        }
        channel.write(new Frame.Events(events));
        await();
    }

    private int epoch(long seq) {
        return (int) (step(seq) / EPOCH);
    }

    /** Trainers do not come to the end of their epochs together: each is as far as its job's number says. */
    private long step(long seq) {
        return seq + SPREAD * jobId % EPOCH;
    }

    private EventDetail detail(long seq) {
        double loss = 2 / (1 + seq / 1000.0) + 0.01 * Math.sin(seq);
        Map<String, Double> logs = Map.of("accuracy", 1 - loss / 3, "loss", loss);
        return step(seq) % EPOCH == EPOCH - 1
                ? new EpochEnd(logs, 1, 1000)
                : new BatchEnd((int) (step(seq) % EPOCH), logs);
    }

    private void await() throws IOException {
        while (true) {
            Frame frame = channel.read(FrameChannel.MAX_LENGTH, PATIENCE).orElse(null);
            if (frame instanceof Ack ack && ack.seq() == next - 1) {
                return;
            }
        }
    }

    /** The sign of life that a trainer gives once a second. */
    public void signOfLife() throws IOException {
        channel.write(new Frame.Progress(epoch(next), next, 1000, 1 << 20, 1));
        channel.write(new Frame.Ping());
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
