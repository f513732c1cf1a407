package io.signalbox.trainer;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Keeps what the process prints in a file too, up to a bound: where it runs, its output may be kept by nobody. */
final class LogCopy extends FilterOutputStream {

    private static final long MOST = 64L << 20;

    private final OutputStream file;
    private long left = MOST;

    private LogCopy(OutputStream out, OutputStream file) {
        super(out);
        this.file = file;
    }

    /** From now on. */
    static void begin(Path log) throws IOException {
        OutputStream file = Files.newOutputStream(log, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        System.setOut(new PrintStream(new LogCopy(System.out, file), true, StandardCharsets.UTF_8));
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
        out.write(bytes, from, length);
        if (left > 0) {
            file.write(bytes, from, (int) Math.min(left, length));
            left -= length;
        }
    }

    @Override
    public void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
    }
}
