package io.signalbox.data;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * A file of the MNIST family's idx format, plain or gzip: unsigned bytes behind a big-endian header, either images (magic 2051;
 * count, rows, columns) or labels (magic 2049; count). Knows its header; the content is streamed.
 *
 * @param count items
 * @param height rows of an image; 1 for labels
 * @param width columns of an image; 1 for labels
 */
record IdxFile(Path path, boolean images, int count, int height, int width) {

    private static final int IMAGES = 2051;
    private static final int LABELS = 2049;
    private static final int GZIP_MAGIC = 0x8B1F;
    private static final int MAX_SIDE = 4096;
    private static final int CHUNK = 1 << 16;

    /** Takes items in file order. */
    interface ItemSink {
        void item(int index, byte[] content);
    }

    /**
     * Reads a header.
     *
     * @throws BadDataException for a file that is not of this format
     */
    static IdxFile open(Path path) throws IOException {
        try (DataInputStream in = new DataInputStream(unpacked(path))) {
            int magic = in.readInt();
            if (magic != IMAGES && magic != LABELS) {
                throw refuse(
                        path,
                        "idx.magic",
                        "starts with " + magic + ", not with " + IMAGES + " (images) or " + LABELS
                                + " (labels); it is no idx file of bytes");
            }
            int count = in.readInt();
            int height = magic == IMAGES ? in.readInt() : 1;
            int width = magic == IMAGES ? in.readInt() : 1;
            check(path, count, height, width);
            return new IdxFile(path, magic == IMAGES, count, height, width);
        } catch (EOFException | ZipException e) {
            throw tooShort(path, e);
        }
    }

    private static void check(Path path, int count, int height, int width) {
        if (count <= 0) {
            throw refuse(path, "idx.empty", "holds no items (its header says " + count + ")");
        }
        boolean sides = height > 0 && height <= MAX_SIDE && width > 0 && width <= MAX_SIDE;
        if (!sides || (long) count * height * width > Integer.MAX_VALUE - CHUNK) {
            throw refuse(
                    path,
                    "idx.too-large",
                    "announces " + count + " images of " + height + " by " + width + "; a side may be 1 to " + MAX_SIDE
                            + ", and all of it must stay below 2 GiB");
        }
    }

    int itemBytes() {
        return height * width;
    }

    /**
     * Reads the content through; what is unpacked is bounded by the header's count.
     *
     * @param digests fed with all that is unpacked, the header included
     * @throws BadDataException ({@code idx.length}) for content that is not exactly as long as the header says
     */
    void read(ItemSink sink, List<MessageDigest> digests) throws IOException {
        try (InputStream in = digesting(unpacked(path), digests)) {
            in.readNBytes(images ? 4 * Integer.BYTES : 2 * Integer.BYTES);
            byte[] item = new byte[itemBytes()];
            for (int i = 0; i < count; i++) {
                if (in.readNBytes(item, 0, item.length) < item.length) {
                    throw new EOFException("item " + i);
                }
                sink.item(i, item);
            }
            if (in.read() >= 0) {
                throw refuse(path, "idx.length", "is longer than the " + count + " items its header announces");
            }
        } catch (EOFException | ZipException e) {
            throw tooShort(path, e);
        }
    }

    private static InputStream digesting(InputStream in, List<MessageDigest> digests) {
        InputStream all = in;
        for (MessageDigest digest : digests) {
            all = new DigestInputStream(all, digest);
        }
        return new BufferedInputStream(all, CHUNK);
    }

    private static InputStream unpacked(Path path) throws IOException {
        PushbackInputStream in = new PushbackInputStream(Files.newInputStream(path), 2);
        try {
            byte[] start = in.readNBytes(2);
            in.unread(start);
            boolean gzip = start.length == 2 && ((start[1] & 0xFF) << 8 | (start[0] & 0xFF)) == GZIP_MAGIC;
            return gzip ? new GZIPInputStream(in, CHUNK) : new BufferedInputStream(in, CHUNK);
        } catch (IOException e) {
            in.close();
            throw e;
        }
    }

    private static BadDataException tooShort(Path path, IOException cause) {
        BadDataException refused = refuse(
                path,
                "idx.length",
                cause instanceof ZipException
                        ? "is damaged: its gzip content cannot be unpacked"
                        : "ends before what its header announces; was the upload cut off?");
        refused.initCause(cause);
        return refused;
    }

    static BadDataException refuse(Path path, String code, String what) {
        return Problems.single(Problems.FILE, code, "\"" + Problems.echo(name(path)) + "\" " + what);
    }

    String name() {
        return name(path);
    }

    private static String name(Path path) {
        Path name = path.getFileName();
        return name == null ? "" : name.toString();
    }
}
