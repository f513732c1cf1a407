package io.signalbox.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Stands between trainer and server, with a link file of its own, and damages what goes from the one to the other. */
public final class FaultyProxy implements Closeable {

    /** What is done to the next chunk that the trainer sends. */
    public enum Fault {
        NONE,
        RESET,
        FLIP_BIT,
        TWICE,
        DROP,
        TRUNCATE
    }

    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final LinkFile server;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private volatile Fault fault = Fault.NONE;
    private volatile int connections;
    private volatile boolean blackhole;

    /** {@code own} is the link file that trainers get, {@code server} the one that the server writes. */
    public FaultyProxy(Path own, Path server) throws IOException {
        this.server = new LinkFile(server);
        new LinkFile(own).write(listener.getLocalPort());
        daemon(this::acceptAll);
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
                    target = new Socket(InetAddress.getLoopbackAddress(), server.read());
                } catch (IOException away) {
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
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                if (!blackhole) {
                    pass(buffer, count, out, to, damaging ? take() : Fault.NONE);
                }
            }
        } catch (IOException e) {
            reset(from);
        } finally {
            reset(to);
        }
    }

    private synchronized Fault take() {
        Fault taken = fault;
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
            case DROP -> {}
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
