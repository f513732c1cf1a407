package io.signalbox.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Takes again what was written to a file and compares: byte by byte, which takes less time than a hash of both. */
final class ReadBack implements WritableByteChannel {

    private static final int PIECE = 1 << 20;

    private final FileChannel file;
    private final ByteBuffer piece = ByteBuffer.allocateDirect(PIECE);

    private ReadBack(FileChannel file) {
        this.file = file;
    }

    /** @throws IOException if the file does not hold exactly this */
    static void compare(Path path, Content content) throws IOException {
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
            content.writeTo(new ReadBack(file));
            if (file.position() != file.size()) {
                throw different(path.getFileName() + " is longer");
            }
        }
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        int length = Math.min(PIECE, source.remaining());
        piece.clear().limit(length);
        while (piece.hasRemaining() && file.read(piece) >= 0) {
            // until it is full
        }
        if (!piece.flip().equals(source.duplicate().limit(source.position() + length))) {
            throw different("it differs before byte " + file.position());
        }
        source.position(source.position() + length);
        return length;
    }

    private static IOException different(String how) {
        return new IOException("what was written cannot be read back: " + how);
    }

    @Override
    public boolean isOpen() {
        return file.isOpen();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
