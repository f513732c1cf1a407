package io.signalbox.callback;

import io.signalbox.event.EventDetail.Artifact;
import io.signalbox.event.EventDetail.CallbackActed;
import io.signalbox.spec.schema.Constrained.Rules;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a callback keeps for people to look at: a file of JSON for each step, in a folder of the callback's name. Written under
 * another name, forced to the disk and renamed, and told of after that: a process that dies leaves it whole or not at all. Where
 * training goes on from an earlier step, the file of a step is written again and those of later steps are removed, so an
 * artifact that is made twice is the same one. One that is too large, or cannot be written, is a warning.
 */
public final class Artifacts {

    /** How an artifact is looked at; on the wire in lower case. */
    enum Kind {
        HISTOGRAM,
        IMAGE,
        TABLE,
        EMBEDDING
    }

    /** Largest file. */
    static final int MOST_BYTES = 4 << 20;

    private static final String FOLDER = "artifacts";
    private static final String SUFFIX = ".json";
    private static final String UNFINISHED = ".tmp";

    private final String name;
    private final Kind kind;
    private final int keep;
    private boolean failing;

    /**
     * Artifacts of a callback.
     *
     * @param name the callback's
     * @param keep how many stay, the newest
     */
    Artifacts(String name, Kind kind, int keep) {
        this.name = name;
        this.kind = kind;
        this.keep = keep;
    }

    /** Doubts a callback of validation examples: where there are none it keeps nothing. */
    static void doubtValidation(JobFacts job, Rules doubts) {
        if (!job.validates()) {
            doubts.broken("", "validation.missing", "keeps nothing without validation data: set data.validation_split");
        }
    }

    /** Where an artifact lies, below a job's folder. */
    public static Path file(String name, long step) {
        return Path.of(FOLDER, name, String.format(Locale.ROOT, "%012d%s", step, SUFFIX));
    }

    /** Keeps an artifact of the present step. */
    void keep(ObjectNode content, Run run) {
        byte[] bytes = content.toString().getBytes(StandardCharsets.UTF_8);
        if (bytes.length > MOST_BYTES) {
            warn("an artifact of " + bytes.length + " bytes was not kept, " + MOST_BYTES + " are the most", run);
            return;
        }
        Path file = file(name, run.step());
        try {
            write(run.directory().resolve(file), bytes);
            failing = false;
        } catch (IOException e) {
            warn(file + " could not be written: " + e, run);
            return;
        }
        String path = file.toString().replace('\\', '/');
        run.emit(new Artifact(kind.name().toLowerCase(Locale.ROOT), name, path, bytes.length, sha256(bytes), keep));
    }

    private void warn(String message, Run run) {
        if (!failing) {
            run.emit(new CallbackActed(name, "warning", message));
        }
        failing = true;
    }

    private void write(Path file, byte[] bytes) throws IOException {
        Path folder = Files.createDirectories(file.toAbsolutePath().getParent());
        Path unfinished = folder.resolve(file.getFileName() + UNFINISHED);
        try (FileChannel channel = FileChannel.open(
                unfinished,
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer rest = ByteBuffer.wrap(bytes);
            while (rest.hasRemaining()) {
                channel.write(rest);
            }
            channel.force(true);
        }
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        prune(folder, file);
    }

    /** Names are in the order of their steps. */
    private void prune(Path folder, Path newest) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> sorted = files.sorted().toList();
            String last = newest.getFileName().toString();
            List<Path> before = sorted.stream()
                    .filter(file -> file.getFileName().toString().compareTo(last) <= 0)
                    .toList();
            for (Path file : sorted.subList(before.size(), sorted.size())) {
                Files.delete(file);
            }
            for (Path file : before.subList(0, Math.max(0, before.size() - keep))) {
                Files.delete(file);
            }
        }
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java has it
        }
    }

    /** Whether it is an epoch's turn: the first, every so many after it, and the last. */
    static boolean isDue(int epoch, int every, Run run) {
        return epoch % every == 0 || epoch == run.epochs() - 1;
    }
}
