package io.signalbox.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;

/** Stands between trainer and server, with a link file of its own, and damages what goes from the one to the other. */
public final class FaultyProxy implements Closeable {

    /** What is done to the next chunk that the trainer sends, or, of acknowledgements, that the server does. */
    public enum Fault {
        NONE,
        RESET,
        FLIP_BIT,
        TWICE,
        DROP,
        TRUNCATE,
        /** It arrives behind the next one. */
        LATE,
        /** It arrives in small pieces with pauses between. */
        SLOW,
        LOSE_ACK
    }

    private static final int PIECE = 256;
    private static final long PAUSE_NANOS = 2_000_000;

    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final IntSupplier server;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private volatile Fault fault = Fault.NONE;
    private volatile int connections;
    private volatile boolean blackhole;

    /** {@code own} is the link file that trainers get, {@code server} the one that the server writes. */
    public FaultyProxy(Path own, Path server) throws IOException {
        this(own, () -> port(server));
    }

    private FaultyProxy(Path own, IntSupplier server) throws IOException {
        this.server = server;
        new LinkFile(own).write(new LinkFile.Target("localhost", listener.getLocalPort(), null));
        daemon(this::acceptAll);
    }

    /** Steps between a running server and the trainers that read its link file from now on. */
    public static FaultyProxy before(Path linkFile) throws IOException {
        int port = port(linkFile);
        return new FaultyProxy(linkFile, () -> port);
    }

    private static int port(Path linkFile) {
        try {
            return new LinkFile(linkFile).read().port();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public void next(Fault next) {
        fault = next;
    }

    /** Whether a fault set by {@link #next} has struck. */
    public boolean struck() {
        return fault == Fault.NONE;
    }

    /** Swallows everything in both directions, and closes nothing, until told otherwise. */
    public void blackhole(boolean on) {
        blackhole = on;
    }

    public int connections() {
        return connections;
    }

    /** Breaks every connection with a reset. */
    public void resetAll() {
        sockets.forEach(FaultyProxy::reset);
    }

    private void acceptAll() {
        while (!listener.isClosed()) {
            try {
                Socket trainer = listener.accept();
                connections++;
                Socket target;
                try {
                    target = new Socket(InetAddress.getLoopbackAddress(), server.getAsInt());
                } catch (IOException | UncheckedIOException away) {
                    reset(trainer);
                    continue;
                }
                sockets.add(trainer);
                sockets.add(target);
                daemon(() -> pump(trainer, target, true));
                daemon(() -> pump(target, trainer, false));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void pump(Socket from, Socket to, boolean damaging) {
        byte[] buffer = new byte[1 << 16];
        byte[] late = new byte[0];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                if (blackhole) {
                    continue;
                }
                Fault now = take(damaging);
                if (now == Fault.LATE) {
                    late = Arrays.copyOf(buffer, count);
                } else {
                    pass(buffer, count, out, to, now);
                    out.write(late);
                    late = new byte[0];
                }
            }
        } catch (IOException e) {
            reset(from);
        } finally {
            reset(to);
        }
    }

    private synchronized Fault take(boolean fromTrainer) {
        Fault taken = fault;
        if (fromTrainer == (taken == Fault.LOSE_ACK)) {
            return Fault.NONE;
        }
        fault = Fault.NONE;
        return taken;
    }

    private static void pass(byte[] bytes, int count, OutputStream out, Socket to, Fault fault) throws IOException {
        switch (fault) {
            case NONE -> out.write(bytes, 0, count);
            case RESET -> throw new IOException("reset on purpose");
            case FLIP_BIT -> {
                bytes[count / 2] ^= 1;
                out.write(bytes, 0, count);
            }
            case TWICE -> {
                out.write(bytes, 0, count);
                out.write(bytes, 0, count);
            }
            case DROP, LOSE_ACK -> {}
            case SLOW -> {
                for (int at = 0; at < count; at += PIECE) {
                    out.write(bytes, at, Math.min(PIECE, count - at));
                    LockSupport.parkNanos(PAUSE_NANOS);
                }
            }
            case LATE -> throw new IllegalStateException("held back by the caller");
            case TRUNCATE -> {
                out.write(bytes, 0, count / 2);
                to.shutdownOutput();
            }
        }
    }

    private static void reset(Socket socket) {
        try (socket) {
            socket.setSoLinger(true, 0);
        } catch (IOException e) {
            assertThat(socket.isClosed()).isTrue();
        }
    }

    private static void daemon(Runnable work) {
        Thread thread = new Thread(work, "proxy");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        resetAll();
    }
}
