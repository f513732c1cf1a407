package io.signalbox.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Counts and hashes what passes through on its way to another channel. */
final class Sha256 implements WritableByteChannel {

    private static final int PIECE = 1 << 16;

    private final WritableByteChannel out;
    private final MessageDigest digest = digest();
    private long size;

    Sha256(WritableByteChannel out) {
        this.out = out;
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        ByteBuffer seen = source.duplicate();
        int written = out.write(source);
        seen.limit(seen.position() + written);
        digest.update(seen);
        size += written;
        return written;
    }

    /** What was written. To be asked once. */
    Manifest.FileEntry entry() {
        return new Manifest.FileEntry(size, HexFormat.of().formatHex(digest.digest()));
    }

    static String of(byte[] bytes) {
        return HexFormat.of().formatHex(digest().digest(bytes));
    }

    /** Hash of a file from its begin to its end. */
    static String of(FileChannel channel) throws IOException {
        MessageDigest digest = digest();
        ByteBuffer piece = ByteBuffer.allocate(PIECE);
        channel.position(0);
        while (channel.read(piece) >= 0) {
            digest.update(piece.flip());
            piece.clear();
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }

    @Override
    public boolean isOpen() {
        return out.isOpen();
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
