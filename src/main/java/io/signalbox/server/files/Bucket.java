package io.signalbox.server.files;

import io.signalbox.link.FilePart;
import io.signalbox.link.FilePlace;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Files by key, whole or not at all, that servers and trainers reach over the network. Thread-safe. */
interface Bucket extends AutoCloseable {

    /** Something kept. */
    record Item(String key, long size) {}

    /** Keeps a file; {@code sha256}, hex, is compared where the store can. */
    void put(String key, Path file, String sha256) throws IOException;

    /**
     * Fetches a file into a new one.
     *
     * @throws java.nio.file.NoSuchFileException if there is none
     */
    void get(String key, Path into) throws IOException;

    /** Whether a file of that size is kept. */
    boolean has(String key, long size) throws IOException;

    /** All whose keys begin so, sorted by key. */
    List<Item> list(String prefix) throws IOException;

    /** Removes what there is of these. */
    void delete(List<String> keys) throws IOException;

    /** Where anybody may put that file, and no other, for a while; of one that goes in parts a hash is compared when it is read. */
    FilePlace toPut(String key, FilePart file, Duration within) throws IOException;

    /** Removes what was put of files whose parts never became one. */
    void deleteUnfinished(String prefix) throws IOException;

    /** Where anybody may fetch what is kept there, for a while. */
    FilePlace toGet(String key, FilePart file, Duration within);

    @Override
    void close();
}
