package io.signalbox.server.notify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.springframework.mail.javamail.JavaMailSenderImpl;

/** Through a mail server of a few lines. */
class MailTest {

    @Test
    void sendsThroughTheServerThatTheOperatorNames() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CompletableFuture<String> received = CompletableFuture.supplyAsync(() -> serve(server));

            Webhook.Result result =
                    mail(server.getLocalPort()).send(List.of("a@example.org"), "job 1: failed", "was killed");

            assertThat(result).isEqualTo(Webhook.Result.DELIVERED);
            assertThat(received.join())
                    .contains(
                            "RCPT TO:<a@example.org>",
                            "From: signalbox@localhost",
                            "Subject: job 1: failed",
                            "was killed");
        }
    }

    @Test
    void aServerThatIsNotThereMayBeLater() throws IOException {
        int port;
        try (ServerSocket gone = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = gone.getLocalPort();
        }

        Webhook.Result result = mail(port).send(List.of("a@example.org"), "s", "t");

        assertThat(result.delivered()).isFalse();
        assertThat(result.worthAnotherTry()).isTrue();
    }

    private static Mail mail(int port) {
        JavaMailSenderImpl sender = new JavaMailSenderImpl();
        sender.setHost("127.0.0.1");
        sender.setPort(port);
        return new Mail(sender, "127.0.0.1", ReachableAddressesTest.properties(""));
    }

    /** Says yes to everything and answers all that it was told. */
    private static String serve(ServerSocket server) {
        StringBuilder told = new StringBuilder();
        try (Socket client = server.accept();
                BufferedReader in =
                        new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8))) {
            OutputStream out = client.getOutputStream();
            say(out, "220 here");
            boolean data = false;
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                told.append(line).append('\n');
                if (data) {
                    data = !line.equals(".");
                    if (!data) {
                        say(out, "250 taken");
                    }
                } else if (line.startsWith("DATA")) {
                    data = true;
                    say(out, "354 go on");
                } else {
                    say(out, line.startsWith("QUIT") ? "221 bye" : "250 yes");
                }
            }
        } catch (IOException e) {
            told.append(e);
        }
        return told.toString();
    }

    private static void say(OutputStream out, String line) throws IOException {
        out.write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }
}
