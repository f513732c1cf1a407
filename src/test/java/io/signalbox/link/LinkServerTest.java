package io.signalbox.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.signalbox.event.Event;
import io.signalbox.event.EventDetail.EpochBegin;
import io.signalbox.link.Frame.Ack;
import io.signalbox.link.Frame.Events;
import io.signalbox.link.Frame.Hello;
import io.signalbox.link.Frame.Ping;
import io.signalbox.link.Frame.Pong;
import io.signalbox.link.Frame.Refused;
import io.signalbox.link.Frame.Welcome;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LinkServerTest {

    private static final Duration SOON = Duration.ofSeconds(10);

    @TempDir
    Path folder;

    private final Ledger ledger = new Ledger(1);
    private LinkServer server;

    @BeforeEach
    void start() throws IOException {
        server = new LinkServer(folder.resolve("link.json"), ledger);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void writesItsPortToTheLinkFileAndRemovesItAtClose() throws IOException {
        Path file = folder.resolve("link.json");

        assertThat(new LinkFile(file).read().port()).isEqualTo(server.port());

        server.close();
        assertThat(file).doesNotExist();
        assertThat(Files.list(folder)).isEmpty();
    }

    @Test
    void leavesTheLinkFileOfItsSuccessor() throws IOException {
        try (LinkServer next = new LinkServer(folder.resolve("link.json"), ledger)) {
            server.close();

            assertThat(new LinkFile(folder.resolve("link.json")).read().port()).isEqualTo(next.port());
        }
    }

    @Test
    void welcomesATrainerWithTheLastSeqHeldAndAcknowledgesWhatItTells() throws IOException {
        try (FrameChannel trainer = connect()) {
            assertThat(hello(trainer, 1, Ledger.SECRET)).isEqualTo(new Welcome(-1));

            assertThat(tell(trainer, 0, 1, 2)).isEqualTo(new Ack(2));
        }
        try (FrameChannel trainer = connect()) {
            assertThat(hello(trainer, 1, Ledger.SECRET)).isEqualTo(new Welcome(2));

            assertThat(tell(trainer, 1, 2, 3)).isEqualTo(new Ack(3));
        }
        assertThat(ledger.events()).extracting(Event::seq).containsExactly(0L, 1L, 2L, 3L);
    }

    @Test
    void answersPings() throws IOException {
        try (FrameChannel trainer = welcomed()) {
            trainer.write(new Ping());

            assertThat(read(trainer)).isEqualTo(new Pong());
        }
    }

    @Test
    void refusesAWrongSecret() throws IOException {
        try (FrameChannel trainer = connect()) {
            assertThat(hello(trainer, 1, "guess")).isEqualTo(new Refused("wrong secret", false));
            assertThatItCloses(trainer);
        }
    }

    @Test
    void tellsAStaleAttemptThatItIsFenced() throws IOException {
        try (FrameChannel trainer = connect()) {
            assertThat(hello(trainer, 0, Ledger.SECRET)).isEqualTo(new Refused("attempt 1 is at work", true));
        }
    }

    @Test
    void refusesAnotherProtocol() throws IOException {
        try (FrameChannel trainer = connect()) {
            trainer.write(new Hello(99, 1, 1, Ledger.SECRET, 1));

            assertThat(read(trainer)).isInstanceOf(Refused.class);
        }
    }

    @Test
    void aNewConnectionOfATrainerTakesOverFromTheOlder() throws IOException {
        FrameChannel older = welcomed();
        try (FrameChannel newer = welcomed()) {
            assertThatItCloses(older);
            assertThat(tell(newer, 0)).isEqualTo(new Ack(0));
            await().atMost(SOON).until(() -> ledger.liveSessions() == 1);
        }
    }

    @Test
    void closesAtAGapAndKeepsNothingOfIt() throws IOException {
        try (FrameChannel trainer = welcomed()) {
            trainer.write(events(1, 2));

            assertThatItCloses(trainer);
        }
        try (FrameChannel trainer = welcomed()) {
            trainer.write(events(0, 2));

            assertThatItCloses(trainer);
        }
        assertThat(ledger.events()).isEmpty();
        await().atMost(SOON).until(() -> server.protocolErrors() == 2);
    }

    @Test
    void closesAtAnEventOfAnotherJob() throws IOException {
        try (FrameChannel trainer = welcomed()) {
            trainer.write(new Events(List.of(new Event(0, Instant.EPOCH, 2, 1, null, null, new EpochBegin()))));

            assertThatItCloses(trainer);
        }
        assertThat(ledger.events()).isEmpty();
    }

    @Test
    void doesNotAcknowledgeWhatCouldNotBeKept() throws IOException {
        ledger.failWith(new IllegalStateException("the database is away"));
        try (FrameChannel trainer = welcomed()) {
            trainer.write(events(0));

            assertThatItCloses(trainer);
        }
        ledger.failWith(null);
        try (FrameChannel trainer = welcomed()) {
            assertThat(tell(trainer, 0)).isEqualTo(new Ack(0));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MAX_VALUE, -1, Integer.MIN_VALUE, FrameChannel.MAX_LENGTH + 1})
    void refusesALengthBeyondTheBound(int length) throws IOException {
        try (Socket socket = socket();
                FrameChannel trainer = new FrameChannel(socket)) {
            assertThat(hello(trainer, 1, Ledger.SECRET)).isInstanceOf(Welcome.class);
            new DataOutputStream(socket.getOutputStream()).writeInt(length);
            new DataOutputStream(socket.getOutputStream()).writeInt(0);

            assertThatItCloses(trainer);
        }
    }

    @Test
    void refusesAHelloThatIsTooLong() throws IOException {
        try (FrameChannel trainer = connect()) {
            trainer.write(new Hello(1, 1, 1, "x".repeat(5_000), 1));

            assertThatItCloses(trainer);
        }
        assertThat(ledger.hellos()).isZero();
    }

    @Test
    void closesAtAFlippedBit() throws IOException {
        try (Socket socket = socket();
                FrameChannel trainer = new FrameChannel(socket)) {
            assertThat(hello(trainer, 1, Ledger.SECRET)).isInstanceOf(Welcome.class);
            byte[] payload = FrameJson.encode(events(0));
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            out.writeInt(payload.length);
            out.writeInt(12345);
            out.write(payload);

            assertThatItCloses(trainer);
        }
        assertThat(ledger.events()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", "\u0016\u0003\u0001\u0002\u0000\u0001", ""})
    void closesStrangersAndGoesOnAcceptingTrainers(String bytes) throws IOException {
        List<Socket> strangers = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            Socket stranger = socket();
            stranger.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
            strangers.add(stranger);
        }
        try (FrameChannel trainer = welcomed()) {
            assertThat(tell(trainer, 0)).isEqualTo(new Ack(0));
        }
        for (Socket stranger : strangers) {
            stranger.setSoTimeout(10_000);
            assertThat(closed(stranger)).isTrue();
            stranger.close();
        }
        assertThat(ledger.hellos()).isEqualTo(1);
    }

    @Test
    void passesOverFramesOfAnUnknownType() throws IOException {
        try (Socket socket = socket();
                FrameChannel trainer = new FrameChannel(socket)) {
            assertThat(hello(trainer, 1, Ledger.SECRET)).isInstanceOf(Welcome.class);
            byte[] payload = "{\"type\":\"telepathy\"}".getBytes(StandardCharsets.UTF_8);
            java.util.zip.CRC32C crc = new java.util.zip.CRC32C();
            crc.update(payload);
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            out.writeInt(payload.length);
            out.writeInt((int) crc.getValue());
            out.write(payload);

            assertThat(tell(trainer, 0)).isEqualTo(new Ack(0));
        }
    }

    private FrameChannel connect() throws IOException {
        return new FrameChannel(socket());
    }

    private Socket socket() throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), server.port());
    }

    private FrameChannel welcomed() throws IOException {
        FrameChannel trainer = connect();
        assertThat(hello(trainer, 1, Ledger.SECRET)).isInstanceOf(Welcome.class);
        return trainer;
    }

    private static Frame hello(FrameChannel trainer, int attempt, String secret) throws IOException {
        trainer.write(new Hello(Frame.PROTOCOL, 1, attempt, secret, 4711));
        return read(trainer);
    }

    private static Frame tell(FrameChannel trainer, long... seqs) throws IOException {
        trainer.write(events(seqs));
        return read(trainer);
    }

    private static Events events(long... seqs) {
        return new Events(LongStream.of(seqs)
                .mapToObj(seq -> new Event(seq, Instant.EPOCH, 1, 1, 0, seq, new EpochBegin()))
                .toList());
    }

    private static Frame read(FrameChannel trainer) throws IOException {
        return trainer.read(FrameChannel.MAX_LENGTH, SOON).orElseThrow();
    }

    private static void assertThatItCloses(FrameChannel trainer) {
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> trainer.read(FrameChannel.MAX_LENGTH, SOON))
                .isInstanceOf(IOException.class)
                .isNotInstanceOf(java.net.SocketTimeoutException.class);
    }

    private static boolean closed(Socket socket) throws IOException {
        try {
            return socket.getInputStream().read() < 0;
        } catch (java.net.SocketException reset) {
            return true;
        }
    }
}
