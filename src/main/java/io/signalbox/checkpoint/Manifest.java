package io.signalbox.checkpoint;

import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;

/**
 * What a checkpoint is and what it consists of.
 *
 * @param facts what whoever wrote it said of it
 * @param files every file but the manifest itself, by name
 * @param sha256 of the manifest's bytes, hex: it stands for the whole checkpoint
 */
public record Manifest(String name, Facts facts, Map<String, FileEntry> files, String sha256) {

    /** What training can do with a checkpoint. */
    public enum Kind {
        /** Go on from it exactly. */
        FULL,
        /** Take its weights. */
        WEIGHTS;

        /** The name on the wire, such as {@code full}. */
        @JsonValue
        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Where in training a checkpoint was taken.
     *
     * @param epoch the epoch it belongs to, from 0
     * @param step optimizer updates done
     * @param metrics the logs it was saved with; may be NaN or infinite
     * @param createdAt UTC, kept to the millisecond
     */
    public record Facts(int epoch, long step, Kind kind, Map<String, Double> metrics, Instant createdAt) {}

    /** A file's size in bytes and its SHA-256 in hex. */
    public record FileEntry(long size, String sha256) {}

    /** Name of the file that holds it. */
    public static final String FILE = ManifestJson.FILE;

    /**
     * Reads the manifest of a checkpoint of that name.
     *
     * @throws CheckpointException if these bytes are none
     */
    public static Manifest read(String name, byte[] json) {
        return ManifestJson.read(name, json);
    }

    /** Size of all its files but the manifest. */
    public long bytes() {
        return files.values().stream().mapToLong(FileEntry::size).sum();
    }
}
