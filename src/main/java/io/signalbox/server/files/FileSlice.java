package io.signalbox.server.files;

import io.signalbox.link.FilePlace;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Some of a file's bytes, read anew each time that it is opened. */
record FileSlice(Path file, long from, long length) {

    /** So many that are the file, one after the other. */
    static List<FileSlice> of(Path file, long size, int count) {
        long each = FilePlace.partLength(size, count);
        List<FileSlice> slices = new ArrayList<>();
        for (long from = 0; from < size; from += each) {
            slices.add(new FileSlice(file, from, Math.min(each, size - from)));
        }
        return slices;
    }

    InputStream open() {
        try {
            InputStream all = Files.newInputStream(file);
            all.skipNBytes(from);
            return new Bounded(all, length);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class Bounded extends FilterInputStream {

        private long left;

        Bounded(InputStream in, long left) {
            super(in);
            this.left = left;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
        }

        @Override
        public int read(byte[] into, int offset, int most) throws IOException {
            int count = left == 0 ? -1 : in.read(into, offset, (int) Math.min(most, left));
            left -= Math.max(0, count);
            return count;
        }

        @Override
        public boolean markSupported() {
            return false;
        }
    }
}
