package io.signalbox.checkpoint;

import io.signalbox.checkpoint.Manifest.FileEntry;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** The files of one checkpoint, held open, so that they stay readable, and those of one, when it is replaced. */
public final class CheckpointFiles implements AutoCloseable {

    private final Manifest manifest;
    private final Map<String, FileChannel> channels = new LinkedHashMap<>();

    private CheckpointFiles(Manifest manifest) {
        this.manifest = manifest;
    }

    /** @throws CheckpointException naming the file that is missing or cannot be read */
    static CheckpointFiles open(Path directory, Manifest manifest) {
        CheckpointFiles files = new CheckpointFiles(manifest);
        try {
            files.open(directory, ManifestJson.FILE);
            manifest.files().keySet().forEach(file -> files.open(directory, file));
            return files;
        } catch (CheckpointException e) {
            files.close();
            throw e;
        }
    }

    private void open(Path directory, String file) {
        try {
            channels.put(
                    file,
                    FileChannel.open(directory.resolve(file), StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
        } catch (NoSuchFileException e) {
            throw new CheckpointException("checkpoint.file_missing", what(file) + " is missing");
        } catch (IOException e) {
            throw CheckpointFolder.unreadable(what(file), e);
        }
    }

    private String what(String file) {
        return "file '" + file + "' of checkpoint '" + manifest.name() + "'";
    }

    /** Compares every file with its manifest. */
    void verify() {
        manifest.files().forEach((file, entry) -> {
            try {
                verify(what(file), channel(file), entry);
            } catch (IOException e) {
                throw CheckpointFolder.unreadable(what(file), e);
            }
        });
    }

    private static void verify(String what, FileChannel channel, FileEntry entry) throws IOException {
        if (channel.size() != entry.size()) {
            throw new CheckpointException(
                    "checkpoint.size", what + " has " + channel.size() + " bytes, its manifest says " + entry.size());
        }
        if (!Sha256.of(channel).equals(entry.sha256())) {
            throw new CheckpointException("checkpoint.hash", what + " is not the one that its manifest names");
        }
        channel.position(0);
    }

    Manifest manifest() {
        return manifest;
    }

    /**
     * One of them, from its begin on. Closed with this.
     *
     * @throws CheckpointException if the manifest does not name it
     */
    public FileChannel channel(String file) {
        FileChannel channel = channels.get(file);
        if (channel == null) {
            throw new CheckpointException(
                    "checkpoint.missing", "checkpoint '" + manifest.name() + "' has no file '" + file + "'");
        }
        return channel;
    }

    void zip(OutputStream out) throws IOException {
        ZipOutputStream zip = new ZipOutputStream(out);
        // Trained weights hardly compress: time is better spent on sending them.
        zip.setLevel(Deflater.NO_COMPRESSION);
        for (Map.Entry<String, FileChannel> file : channels.entrySet()) {
            ZipEntry entry = new ZipEntry(manifest.name() + "/" + file.getKey());
            entry.setTime(manifest.facts().createdAt().toEpochMilli());
            zip.putNextEntry(entry);
            Channels.newInputStream(file.getValue()).transferTo(zip);
            zip.closeEntry();
        }
        zip.finish();
    }

    @Override
    public void close() {
        for (FileChannel channel : channels.values()) {
            try {
                channel.close();
            } catch (IOException e) {
                continue; // it was only read
            }
        }
    }
}
