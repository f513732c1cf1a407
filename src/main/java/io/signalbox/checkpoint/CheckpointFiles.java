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

/** The files of one checkpoint, held open, so that they stay readable when it is replaced. */
final class CheckpointFiles implements AutoCloseable {

    private final Manifest manifest;
    private final Map<String, FileChannel> channels = new LinkedHashMap<>();

    private CheckpointFiles(Manifest manifest) {
        this.manifest = manifest;
    }

    static CheckpointFiles open(Path directory, Manifest manifest) throws IOException {
        CheckpointFiles files = new CheckpointFiles(manifest);
        try {
            files.channels.put(ManifestJson.FILE, openFile(directory.resolve(ManifestJson.FILE)));
            for (String file : manifest.files().keySet()) {
                files.channels.put(file, openFile(directory.resolve(file)));
            }
            return files;
        } catch (IOException e) {
            files.close();
            throw e;
        }
    }

    /** Compares every file with its manifest. */
    static void verify(Path directory, Manifest manifest) {
        manifest.files().forEach((file, entry) -> {
            String what = "file '" + file + "' of checkpoint '" + manifest.name() + "'";
            try (FileChannel channel = openFile(directory.resolve(file))) {
                verify(what, channel, entry);
            } catch (NoSuchFileException e) {
                throw new CheckpointException("checkpoint.file_missing", what + " is missing");
            } catch (IOException e) {
                throw CheckpointFolder.unreadable(what, e);
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
    }

    private static FileChannel openFile(Path file) throws IOException {
        return FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
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
    public void close() throws IOException {
        for (FileChannel channel : channels.values()) {
            channel.close();
        }
    }
}
