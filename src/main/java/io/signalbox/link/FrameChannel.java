package io.signalbox.link;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * Frames over a socket: length of the payload, its CRC32C (both big endian, 4 bytes), the payload. One thread reads, any
 * thread writes. After any exception the channel is of no more use.
 */
final class FrameChannel implements Closeable {

    /** Largest payload taken or sent, in bytes. */
    static final int MAX_LENGTH = 8 << 20;

    private static final int HEADER = 8;
    private static final int BUFFER = 1 << 16;

    private final Socket socket;
    private final Closeable transport;
    private final InputStream in;
    private final OutputStream out;

    FrameChannel(Socket socket) throws IOException {
        this(socket, socket);
    }

    /** Frames over an encrypted socket, which may wait for its other end when it is closed: {@code transport} never does. */
    FrameChannel(Socket socket, Closeable transport) throws IOException {
        this.socket = socket;
        this.transport = transport;
        socket.setTcpNoDelay(true);
        in = new BufferedInputStream(socket.getInputStream(), BUFFER);
        out = socket.getOutputStream();
    }

    /**
     * Waits for the next frame, empty for one of an unknown type.
     *
     * @param maxLength a longer payload is refused before memory is taken for it
     * @param within time for the whole frame, however slowly its bytes come
     * @throws SocketTimeoutException when it has not come by then
     * @throws EOFException when the other end closed the connection
     * @throws ProtocolException for what is no frame
     */
    Optional<Frame> read(int maxLength, Duration within) throws IOException {
        long deadline = System.nanoTime() + within.toNanos();
        ByteBuffer header = ByteBuffer.wrap(readFully(HEADER, deadline));
        int length = header.getInt();
        if (length < 0 || length > maxLength) {
            throw new ProtocolException("a frame of length " + length + ", at most " + maxLength + " are taken");
        }
        int crc = header.getInt();
        byte[] payload = readFully(length, deadline);
        if (crc(payload) != crc) {
            throw new ProtocolException("a frame whose checksum is wrong");
        }
        return FrameJson.decode(payload);
    }

    private byte[] readFully(int length, long deadline) throws IOException {
        byte[] bytes = new byte[length];
        for (int done = 0; done < length; ) {
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                throw new SocketTimeoutException("no whole frame in time");
            }
            socket.setSoTimeout((int) left);
            int count = in.read(bytes, done, length - done);
            if (count < 0) {
                throw new EOFException("the connection was closed");
            }
            done += count;
        }
        return bytes;
    }

    void write(Frame frame) throws IOException {
        byte[] payload = FrameJson.encode(frame);
        if (payload.length > MAX_LENGTH) {
            throw new ProtocolException("a frame of " + payload.length + " bytes is too long to be sent");
        }
        byte[] bytes = ByteBuffer.allocate(HEADER + payload.length)
                .putInt(payload.length)
                .putInt(crc(payload))
                .put(payload)
                .array();
        synchronized (out) {
            out.write(bytes);
        }
    }

    private static int crc(byte[] payload) {
        CRC32C crc = new CRC32C();
        crc.update(payload);
        return (int) crc.getValue();
    }

    @Override
    public void close() throws IOException {
        transport.close();
    }
}
