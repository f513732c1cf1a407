package io.signalbox.harness;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/** Stands before a port of this machine; what goes through it can be cut, swallowed, or slowed down. */
public final class TcpProxy implements Closeable {

    private static final int BUFFER = 1 << 16;
    private static final long NANOS_A_SECOND = 1_000_000_000;

    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final int target;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private volatile boolean swallowing;
    private volatile long bytesPerSecond = Long.MAX_VALUE;

    public TcpProxy(int target) throws IOException {
        this.target = target;
        daemon(this::acceptAll);
    }

    public int port() {
        return listener.getLocalPort();
    }

    /** Resets every connection; new ones are let through. */
    public void cut() {
        sockets.forEach(TcpProxy::reset);
    }

    /** From now on nothing comes through in either direction, and nobody is told so. */
    public void swallow() {
        swallowing = true;
    }

    /** From now on no more than so much comes back from the port in a second, on each connection. */
    public void slowDown(long toBytesPerSecond) {
        bytesPerSecond = toBytesPerSecond;
    }

    private void acceptAll() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                Socket server = new Socket();
                server.setReceiveBufferSize(BUFFER); // else the system takes in megabytes for whoever reads slowly
                server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target));
                sockets.add(client);
                sockets.add(server);
                daemon(() -> pump(client, server, false));
                daemon(() -> pump(server, client, true));
            } catch (IOException closedOrRefused) {
                sockets.removeIf(Socket::isClosed);
            }
        }
    }

    private void pump(Socket from, Socket to, boolean back) {
        byte[] buffer = new byte[BUFFER];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                if (!swallowing) {
                    out.write(buffer, 0, count);
                }
                if (back) {
                    LockSupport.parkNanos(count * NANOS_A_SECOND / bytesPerSecond);
                }
            }
            to.close();
        } catch (IOException broken) {
            reset(to);
        }
    }

    private static void reset(Socket socket) {
        try (socket) {
            socket.setSoLinger(true, 0);
        } catch (IOException closedAlready) {
            assert socket.isClosed();
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
        cut();
    }
}
