package io.signalbox.harness;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.ConnectException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;

/** The slurmrestd of a cluster. It runs as a user of its own: as root, or as Slurm's, it refuses to. */
public final class SlurmRestDaemon {

    static final String KEY = "jwt.key";
    static final int KEY_BYTES = 32;
    static final String TOKEN = "token";
    private static final String DAEMON = "/usr/sbin/slurmrestd";

    private final Path folder;
    private final int port;

    SlurmRestDaemon(Path folder, int port) {
        this.folder = folder;
        this.port = port;
    }

    /** Skips the test otherwise. */
    static void assumeThatItCanBeStarted() {
        assumeTrue(
                Files.isExecutable(Path.of(DAEMON)),
                "slurmrestd is not installed: apt-get install slurmrestd slurm-wlm-jwt-plugin");
        assumeTrue(
                System.getProperty("user.name").equals("root"),
                "only root can start a slurmrestd as another user than Slurm's");
    }

    /** Of the cluster, for tokens to be taken. */
    String configuration() {
        return "AuthAltTypes=auth/jwt\nAuthAltParameters=jwt_key=" + folder.resolve(KEY) + "\n";
    }

    String[] command() {
        return ("setpriv --reuid=slurm --regid=slurm --clear-groups env SLURM_JWT=daemon " + DAEMON
                        + " -a rest_auth/jwt -s openapi/v0.0.38 127.0.0.1:" + port)
                .split(" ");
    }

    void awaitConnection() {
        await("slurmrestd").until(() -> {
            try (Socket socket = new Socket("127.0.0.1", port)) {
                return socket.isConnected();
            } catch (ConnectException e) {
                return false;
            }
        });
    }

    /** What a server is told to use it, and no command. */
    public String[] settings() {
        return new String[] {
            "signalbox.launcher=slurm",
            "signalbox.slurm.rest-url=" + url(),
            "signalbox.slurm.token-file=" + tokenFile(),
            "signalbox.slurm.memory=1GB",
            "signalbox.slurm.poll=300ms",
            "signalbox.link.bind=127.0.0.1"
        };
    }

    public String url() {
        return "http://127.0.0.1:" + port + "/slurm/v0.0.38";
    }

    public Path tokenFile() {
        return folder.resolve(TOKEN);
    }
}
