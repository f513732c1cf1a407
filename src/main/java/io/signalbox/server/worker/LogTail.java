package io.signalbox.server.worker;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** The end of a log, for a sentence about what went wrong. */
final class LogTail {

    private static final int BYTES = 2000;
    private static final int LINES = 5;

    private LogTail() {}

    /** The last lines, control characters taken out; empty for a log that is empty or cannot be read. */
    static String of(Path file) {
        try (FileChannel channel = FileChannel.open(file)) {
            long from = Math.max(0, channel.size() - BYTES);
            ByteBuffer bytes = ByteBuffer.allocate(BYTES);
            channel.read(bytes, from);
            List<String> lines = new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> line.replaceAll("\\p{Cntrl}", " ").strip())
                    .filter(line -> !line.isEmpty())
                    .toList();
            String text = String.join(" | ", lines.subList(Math.max(0, lines.size() - LINES), lines.size()));
            return text.substring(Math.max(0, text.length() - BYTES / 2));
        } catch (IOException e) {
            return "";
        }
    }
}
