package io.signalbox.harness;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.springframework.util.FileSystemUtils;

/** A small file system of its own, to be filled up or made read-only. A test is skipped where it cannot be mounted. */
public final class TinyDisk implements AutoCloseable {

    private final Path root;

    private TinyDisk(Path root) {
        this.root = root;
    }

    /** Mounts one on a folder, which is made; {@code size} is one of tmpfs, such as {@code size=512k,nr_inodes=40}. */
    public static TinyDisk mount(Path folder, String size) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String refusal = run("mount", "-t", "tmpfs", "-o", size, "tmpfs", folder.toString());
        if (!refusal.isEmpty()) {
            abort("a small disk cannot be mounted here, which needs Linux and root: " + refusal);
        }
        return new TinyDisk(folder);
    }

    public Path root() {
        return root;
    }

    /** Fills it to the last byte. */
    public void fill() {
        try (OutputStream filler = Files.newOutputStream(filler())) {
            for (int size = 1 << 16; size > 0; ) {
                try {
                    filler.write(new byte[size]);
                } catch (IOException full) {
                    size /= 2;
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Fills it until so many bytes are left, or fewer. */
    public void fillLeaving(long bytes) {
        try (OutputStream filler = Files.newOutputStream(filler())) {
            while (Files.getFileStore(root).getUsableSpace() > bytes) {
                filler.write(new byte[1 << 16]);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Makes files until no more can be made, though there is room in them. */
    public void fillWithFiles() {
        try {
            Files.createDirectory(fillers());
            for (int file = 0; ; file++) {
                Files.createFile(fillers().resolve(Integer.toString(file)));
            }
        } catch (IOException full) {
            // as it should be
        }
    }

    /** Takes back what filled it. */
    public void free() {
        try {
            Files.deleteIfExists(filler());
            FileSystemUtils.deleteRecursively(fillers());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path filler() {
        return root.resolve("filler");
    }

    private Path fillers() {
        return root.resolve("fillers");
    }

    /** Refuses all writes, as a system does after an error of its disk; fails while files are open for writing. */
    public void makeReadOnly() {
        remount("ro");
    }

    /** Takes writes again. */
    public void makeWritable() {
        remount("rw");
    }

    /** Gives it another size. */
    public void grow(String size) {
        remount(size);
    }

    private void remount(String how) {
        String refusal = run("mount", "-o", "remount," + how, root.toString());
        if (!refusal.isEmpty()) {
            throw new IllegalStateException(refusal);
        }
    }

    @Override
    public void close() {
        run("umount", "--lazy", root.toString());
    }

    /** What it complained of; nothing if it did what it should. */
    private static String run(String... command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            int code = process.waitFor();
            return code == 0 ? "" : String.join(" ", command) + ": " + output + " (" + code + ")";
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
