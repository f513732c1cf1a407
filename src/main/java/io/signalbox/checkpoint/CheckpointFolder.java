package io.signalbox.checkpoint;

import io.signalbox.checkpoint.Manifest.Facts;
import io.signalbox.checkpoint.Manifest.Kind;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The checkpoints of one job: {@code <folder>/<name>/} with a manifest and the files that it names. A checkpoint is there
 * whole or not at all, whenever the process dies. What else lies in the folder is left alone, links are never followed.
 *
 * <p>One process at a time writes ({@link #write}, {@link #remove}, {@link #keepNewest}, {@link #cleanUp}), one thread at a time. What
 * comes into the folder, and what leaves it, does so by a rename out of the writer's own workshop or into it. So a writer whose
 * workshop was taken away changes nothing any more, however long it lives on. Any process and any thread may read meanwhile.
 */
public final class CheckpointFolder {

    /** Name of the checkpoint of the batch after which training stopped in the middle of an epoch. */
    public static final String STOPPED = "stopped";

    /** The order in which training goes on from checkpoints. */
    public static final Comparator<Manifest> NEWEST_FIRST = Comparator.comparingLong(
                    (Manifest manifest) -> manifest.facts().step())
            .thenComparing(manifest -> manifest.facts().createdAt())
            .thenComparing(Manifest::name)
            .reversed();

    /** Folder of empty files that bear the names of pinned checkpoints; no checkpoint's name begins with a dot. */
    private static final String PINS = ".pins";

    /** How often a reader looks again when what it reads is replaced under it. */
    private static final int LOOKS = 10;

    private final Path folder;
    private final CheckpointWriter writer;

    /** The folder itself is made by the first write; it is the workshop too. */
    public CheckpointFolder(Path folder) {
        this(folder, new FileOps());
    }

    /** With a workshop, which is there, on the same file system. */
    public CheckpointFolder(Path folder, Path workshop) {
        this(folder, workshop, new FileOps());
    }

    CheckpointFolder(Path folder, FileOps files) {
        this(folder, folder, files);
    }

    private CheckpointFolder(Path folder, Path workshop, FileOps files) {
        this.folder = folder;
        this.writer = new CheckpointWriter(folder, workshop, files);
    }

    /**
     * Writes a checkpoint, in place of one of the same name. When this returns it is on the disk and was verified; when it
     * throws, everything is as it was.
     *
     * @param files their contents by name; names like those of checkpoints
     */
    public Manifest write(String name, Facts facts, Map<String, Content> files) throws IOException {
        return writer.write(name, facts, files);
    }

    /** A new place in this folder for a checkpoint that comes from elsewhere; no reader looks there. */
    public Path arrival(String name) throws IOException {
        CheckpointNames.require(name);
        return Files.createDirectories(writer.arrival(name));
    }

    /**
     * Takes in a checkpoint that has arrived, in place of one of the same name.
     *
     * @param arrived {@link #arrival} of that name, with its files and their manifest
     * @throws CheckpointException if it is not what its manifest says; then everything is as it was
     */
    public Manifest takeIn(String name, Path arrived) throws IOException {
        Manifest manifest = Manifest.read(name, Files.readAllBytes(arrived.resolve(ManifestJson.FILE)));
        try (CheckpointFiles files = CheckpointFiles.open(arrived, manifest)) {
            files.verify();
        }
        writer.takeIn(arrived, manifest);
        return manifest;
    }

    /**
     * What the manifest says; the files are not looked at.
     *
     * @throws CheckpointException if there is no such checkpoint or its manifest is damaged
     */
    public Manifest read(String name) {
        CheckpointNames.require(name);
        return readManifest(name);
    }

    /**
     * Reads every file of a checkpoint against its manifest.
     *
     * @throws CheckpointException naming the file that is missing, of another size or changed
     */
    public Manifest verify(String name) {
        try (CheckpointFiles files = open(name)) {
            return files.manifest();
        }
    }

    /**
     * Opens a checkpoint and reads every file of it against its manifest; what replaces it from then on does not touch what
     * is open.
     *
     * @throws CheckpointException as {@link #verify}
     */
    public CheckpointFiles open(String name) {
        CheckpointNames.require(name);
        CheckpointFiles files = hold(name);
        try {
            files.verify();
            return files;
        } catch (CheckpointException e) {
            files.close();
            throw e;
        }
    }

    private CheckpointFiles hold(String name) {
        for (int look = 1; ; look++) {
            Manifest manifest = readManifest(name);
            try {
                CheckpointFiles files = CheckpointFiles.open(locate(name), manifest);
                if (look == LOOKS || isStill(manifest)) {
                    return files;
                }
                files.close();
            } catch (CheckpointException e) {
                if (look == LOOKS || isStill(manifest)) {
                    throw e;
                }
            }
        }
    }

    private boolean isStill(Manifest manifest) {
        try {
            return readManifest(manifest.name()).sha256().equals(manifest.sha256());
        } catch (CheckpointException e) {
            return false;
        }
    }

    /** Every checkpoint with a readable manifest, newest step first. */
    public List<Manifest> list() {
        List<Manifest> manifests = new ArrayList<>();
        for (String name : names()) {
            try {
                manifests.add(readManifest(name));
            } catch (CheckpointException e) {
                // Not one of ours, damaged, or removed just now: whoever asks for it by name is told.
                continue;
            }
        }
        manifests.sort(NEWEST_FIRST);
        return manifests;
    }

    /**
     * The newest checkpoint that training can go on from exactly. One that does not verify is passed over for the next
     * older.
     *
     * @param broken is told of each one passed over
     */
    public Optional<Manifest> newestFull(Consumer<CheckpointException> broken) {
        for (Manifest manifest : list()) {
            if (manifest.facts().kind() == Kind.FULL) {
                try {
                    return Optional.of(verify(manifest.name()));
                } catch (CheckpointException e) {
                    broken.accept(e);
                }
            }
        }
        return Optional.empty();
    }

    /**
     * Where a file of a checkpoint lies.
     *
     * @throws CheckpointException if the manifest does not name it
     */
    public Path file(String name, String file) {
        Manifest manifest = read(name);
        if (!file.equals(ManifestJson.FILE) && !manifest.files().containsKey(file)) {
            throw new CheckpointException("checkpoint.missing", "checkpoint '" + name + "' has no such file");
        }
        return locate(name).resolve(file);
    }

    /** Writes a zip of a verified checkpoint, entries named {@code name/file}. Does not close {@code out}. */
    public void zip(String name, OutputStream out) throws IOException {
        try (CheckpointFiles files = open(name)) {
            files.zip(out);
        }
    }

    /** Removes a checkpoint; false if there is none of that name. */
    public boolean remove(String name) throws IOException {
        CheckpointNames.require(name);
        return writer.remove(name);
    }

    /** Marks a checkpoint that must stay because somebody beyond this job needs it. Any process may. */
    public void pin(String name) throws IOException {
        CheckpointNames.require(name);
        Files.createDirectories(folder.resolve(PINS));
        Files.write(folder.resolve(PINS).resolve(name), new byte[0]);
    }

    /** Whether a checkpoint was pinned. */
    public boolean isPinned(String name) {
        CheckpointNames.require(name);
        return Files.exists(folder.resolve(PINS).resolve(name), LinkOption.NOFOLLOW_LINKS);
    }

    /**
     * Removes all but the newest {@code count} checkpoints whose names begin with {@code prefix}. Damaged ones do not count
     * among those kept, so that the last whole one stays.
     *
     * @return names of those removed
     */
    public List<String> keepNewest(String prefix, int count) throws IOException {
        List<Manifest> candidates = list().stream()
                .filter(manifest -> manifest.name().startsWith(prefix))
                .toList();
        List<String> removed = new ArrayList<>();
        int kept = 0;
        for (Manifest manifest : candidates.size() > count ? candidates : List.<Manifest>of()) {
            if (kept < count) {
                kept += verifies(manifest.name()) ? 1 : 0;
            } else if (remove(manifest.name())) {
                removed.add(manifest.name());
            }
        }
        return removed;
    }

    private boolean verifies(String name) {
        try {
            verify(name);
            return true;
        } catch (CheckpointException e) {
            return false;
        }
    }

    /** Ends what a process that died left half done. Only for the writer. */
    public void cleanUp() throws IOException {
        writer.cleanUp();
    }

    private List<String> names() {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                String name = CheckpointWriter.nameOf(entry);
                if (CheckpointNames.valid(name) && !names.contains(name)) {
                    names.add(name);
                }
            }
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            throw unreadable("the checkpoints", e);
        }
        return names;
    }

    private Manifest readManifest(String name) {
        for (int look = 1; ; look++) {
            Path file = locate(name).resolve(ManifestJson.FILE);
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
                ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(channel.size(), ManifestJson.MAX_BYTES));
                while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
                    // until it is full
                }
                return ManifestJson.read(name, bytes.array());
            } catch (NoSuchFileException e) {
                if (look == LOOKS) {
                    throw new CheckpointException(
                            "checkpoint.missing", "checkpoint '" + name + "' has no manifest.json");
                }
            } catch (IOException e) {
                throw unreadable("manifest.json of checkpoint '" + name + "'", e);
            }
        }
    }

    /** The directory of a checkpoint; where its replacement was cut short, the one that was to be replaced. */
    private Path locate(String name) {
        Path directory = folder.resolve(name);
        Path replaced = folder.resolve(CheckpointWriter.REPLACED + name);
        // Twice, for between two looks the new one may have come into place and the old one have gone.
        for (Path path : List.of(directory, replaced, directory)) {
            if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                return path;
            }
        }
        throw new CheckpointException("checkpoint.missing", "there is no checkpoint '" + name + "'");
    }

    static CheckpointException unreadable(String what, IOException cause) {
        CheckpointException exception =
                new CheckpointException("checkpoint.unreadable", what + " cannot be read: " + cause);
        exception.initCause(cause);
        return exception;
    }
}
