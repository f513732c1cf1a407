package io.signalbox.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.signalbox.link.Frame.Hello;
import io.signalbox.link.Frame.Welcome;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The link where it leaves the machine. */
class LinkTlsTest {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final InetAddress HERE = InetAddress.getLoopbackAddress();

    @TempDir
    static Path keys;

    @TempDir
    Path folder;

    private final Ledger ledger = new Ledger(1);
    private LinkTls tls;
    private Path linkFile;

    @BeforeEach
    void open() throws IOException {
        tls = LinkTls.open(keys.resolve("link.p12"));
        linkFile = folder.resolve("link.json");
    }

    private LinkServer server() throws IOException {
        return new LinkServer(linkFile, new LinkServer.Endpoint(HERE, 0, HERE.getHostAddress(), tls), ledger);
    }

    private FrameChannel connect(LinkServer server, String certificate) throws IOException {
        Socket socket = new Socket(HERE, server.port());
        socket.setSoTimeout((int) SOON.toMillis());
        return new FrameChannel(LinkTls.connect(socket, certificate), socket);
    }

    @Test
    void aTrainerThatKnowsTheCertificateIsWelcomed() throws IOException {
        try (LinkServer server = server();
                FrameChannel trainer =
                        connect(server, new LinkFile(linkFile).read().certificate())) {
            trainer.write(new Hello(Frame.PROTOCOL, 1, 1, Ledger.SECRET, 1));

            assertThat(trainer.read(FrameChannel.MAX_LENGTH, SOON)).contains(new Welcome(-1));
        }
    }

    @Test
    void aServerWithAnotherCertificateIsToldNothing() throws IOException {
        String other = LinkTls.open(folder.resolve("other.p12")).fingerprint();
        try (LinkServer server = server()) {
            assertThatExceptionOfType(SSLException.class).isThrownBy(() -> connect(server, other));
        }
        assertThat(ledger.hellos()).isZero();
    }

    @Test
    void whatIsNotEncryptedIsNotTaken() throws IOException {
        try (LinkServer server = server();
                FrameChannel stranger = new FrameChannel(new Socket(HERE, server.port()))) {
            stranger.write(new Hello(Frame.PROTOCOL, 1, 1, Ledger.SECRET, 1));

            assertThatExceptionOfType(IOException.class).isThrownBy(() -> stranger.read(FrameChannel.MAX_LENGTH, SOON));
        }
        assertThat(ledger.hellos()).isZero();
    }

    @Test
    void theCertificateOutlivesTheServer() throws IOException {
        assertThat(LinkTls.open(keys.resolve("link.p12")).fingerprint()).isEqualTo(tls.fingerprint());
    }
}
