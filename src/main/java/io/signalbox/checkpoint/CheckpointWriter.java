package io.signalbox.checkpoint;

import io.signalbox.checkpoint.Manifest.Facts;
import io.signalbox.checkpoint.Manifest.FileEntry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * How a checkpoint comes to the disk and leaves it:
 *
 * <ol>
 *   <li>a directory {@code .tmp-…} in the workshop, in it every file and last the manifest, each forced to the disk, then the directory;
 *   <li>all of it is read back and compared;
 *   <li>one of the same name is renamed to {@code .replaced-<name>}, the new one to its name, the folder is forced;
 *   <li>the old one is renamed into the workshop, to {@code .trash-…}, and deleted.
 * </ol>
 *
 * A process that dies before the second rename leaves the old one, under one name or the other, and readers look under
 * both; one that dies later leaves the new one.
 */
final class CheckpointWriter {

    static final String TEMPORARY = ".tmp-";
    static final String REPLACED = ".replaced-";
    static final String TRASH = ".trash-";
    static final String ASIDE = ".aside-";

    private final Path folder;
    private final Path workshop;
    private final FileOps ops;

    CheckpointWriter(Path folder, Path workshop, FileOps ops) {
        this.folder = folder;
        this.workshop = workshop;
        this.ops = ops;
    }

    /** Name of the checkpoint that a directory of the folder stands for. */
    static String nameOf(Path directory) {
        String name = String.valueOf(directory.getFileName());
        return name.startsWith(REPLACED) ? name.substring(REPLACED.length()) : name;
    }

    Manifest write(String name, Facts facts, Map<String, Content> files) throws IOException {
        CheckpointNames.require(name);
        files.keySet().forEach(CheckpointNames::require);
        Files.createDirectories(folder);
        endReplacement(name);
        Path temporary = unique(TEMPORARY, name);
        try {
            Manifest manifest = fill(temporary, name, facts, files);
            putInPlace(temporary, manifest);
            return manifest;
        } catch (IOException | RuntimeException e) {
            discardAfter(e, temporary);
            throw e;
        }
    }

    Path arrival(String name) {
        return unique(TEMPORARY, name);
    }

    void takeIn(Path arrived, Manifest manifest) throws IOException {
        endReplacement(manifest.name());
        ops.sync(arrived);
        putInPlace(arrived, manifest);
    }

    private Manifest fill(Path directory, String name, Facts facts, Map<String, Content> files) throws IOException {
        ops.createDirectory(directory);
        Map<String, FileEntry> entries = new LinkedHashMap<>();
        for (Map.Entry<String, Content> file : files.entrySet()) {
            entries.put(file.getKey(), ops.write(directory.resolve(file.getKey()), file.getValue()));
        }
        byte[] json = ManifestJson.write(name, facts, entries);
        ops.write(directory.resolve(ManifestJson.FILE), out -> out.write(ByteBuffer.wrap(json)));
        ops.sync(directory);
        for (Map.Entry<String, Content> file : files.entrySet()) {
            ReadBack.compare(directory.resolve(file.getKey()), file.getValue());
        }
        return ManifestJson.read(name, Files.readAllBytes(directory.resolve(ManifestJson.FILE)));
    }

    private void putInPlace(Path temporary, Manifest manifest) throws IOException {
        String name = manifest.name();
        Path directory = folder.resolve(name);
        Path replaced = folder.resolve(REPLACED + name);
        boolean replaces = isCheckpoint(directory);
        if (replaces) {
            ops.move(directory, replaced);
        } else {
            setAside(directory, manifest);
        }
        try {
            ops.move(temporary, directory);
            ops.sync(folder);
        } catch (IOException e) {
            putBack(e, temporary, name, replaces);
            throw e;
        }
        if (replaces) {
            discardLater(replaced);
        }
    }

    private void discardLater(Path replaced) {
        try {
            discard(replaced);
        } catch (IOException e) {
            // The new one is in place, which is all that was asked for: the next writer removes the old one.
            return;
        }
    }

    private void putBack(IOException failure, Path temporary, String name, boolean replaced) {
        try {
            if (!Files.exists(temporary, LinkOption.NOFOLLOW_LINKS)) {
                ops.move(folder.resolve(name), temporary);
            }
            if (replaced) {
                ops.move(folder.resolve(REPLACED + name), folder.resolve(name));
            }
        } catch (IOException e) {
            // Readers find the old one under its other name, and the next writer puts it back.
            failure.addSuppressed(e);
        }
    }

    /** What is left of a checkpoint without its manifest is kept under another name; nothing else is touched. */
    private void setAside(Path directory, Manifest manifest) throws IOException {
        boolean directoryThere = Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS);
        if (directoryThere
                && manifest.files().keySet().stream()
                        .anyMatch(file -> Files.isRegularFile(directory.resolve(file), LinkOption.NOFOLLOW_LINKS))) {
            ops.move(directory, folder.resolve(unique(ASIDE, manifest.name()).getFileName()));
        } else if (directoryThere || Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException(directory.getFileName() + " is in the way and no checkpoint");
        }
    }

    boolean remove(String name) throws IOException {
        endReplacement(name);
        Path directory = folder.resolve(name);
        if (!isCheckpoint(directory)) {
            return false;
        }
        discard(directory);
        return true;
    }

    private static boolean isCheckpoint(Path directory) {
        return Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)
                && Files.isRegularFile(directory.resolve(ManifestJson.FILE), LinkOption.NOFOLLOW_LINKS);
    }

    void cleanUp() throws IOException {
        if (!Files.isDirectory(folder)) {
            return;
        }
        for (Path directory : directories()) {
            String name = String.valueOf(directory.getFileName());
            if (name.startsWith(TEMPORARY) || name.startsWith(TRASH)) {
                ops.delete(directory);
            } else if (name.startsWith(REPLACED)) {
                endReplacement(nameOf(directory));
            }
        }
    }

    private List<Path> directories() throws IOException {
        List<Path> directories = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
                    directories.add(entry);
                }
            }
        }
        return directories;
    }

    /** Ends a replacement that was cut short: forwards if the new one has its name, else back. */
    private void endReplacement(String name) throws IOException {
        Path replaced = folder.resolve(REPLACED + name);
        if (!Files.isDirectory(replaced, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (Files.exists(folder.resolve(name), LinkOption.NOFOLLOW_LINKS)) {
            discard(replaced);
        } else {
            ops.move(replaced, folder.resolve(name));
            ops.sync(folder);
        }
    }

    /** Renamed first, so that nothing half deleted ever bears a name that means something. */
    private void discard(Path directory) throws IOException {
        Path trash = unique(TRASH, nameOf(directory));
        ops.move(directory, trash);
        ops.sync(folder);
        ops.delete(trash);
    }

    private void discardAfter(Exception failure, Path temporary) {
        try {
            if (Files.isDirectory(temporary, LinkOption.NOFOLLOW_LINKS)) {
                ops.delete(temporary);
            }
        } catch (IOException e) {
            // The next holder of the lock removes it.
            failure.addSuppressed(e);
        }
    }

    private Path unique(String prefix, String name) {
        return workshop.resolve(prefix + name + "-" + UUID.randomUUID());
    }
}
