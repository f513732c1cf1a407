package io.signalbox.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * The folder of everything that the service keeps, for its owner only. Held by one server at a time: a lock on
 * {@code server.lock} lasts as long as the process does, however it ends.
 */
@Component
public final class Home implements AutoCloseable {

    private static final boolean POSIX =
            FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

    private final Path root;
    private final FileChannel lockFile;

    /**
     * Makes the folder where it is missing, and takes it.
     *
     * @throws StartRefusedException if another server holds it, or it cannot be written
     */
    public Home(SignalboxProperties properties) {
        root = properties.home().toAbsolutePath().normalize();
        try {
            makeFolder(root);
            lockFile = lock();
            for (Path folder :
                    new Path[] {database(), datasets(), jobs(), weights(), run(), uploads(), plugins(), models()}) {
                makeFolder(folder);
            }
        } catch (IOException e) {
            throw new StartRefusedException(
                    StartRefusedException.BAD_SETTINGS,
                    "The home folder " + root + " cannot be used: " + e,
                    "Make it writable for this user, or name another one with signalbox.home.");
        }
    }

    /** The folder itself, absolute. */
    public Path root() {
        return root;
    }

    /** The folder of the embedded database. */
    public Path database() {
        return root.resolve("db");
    }

    /** A folder per dataset, by name. */
    public Path datasets() {
        return root.resolve("datasets");
    }

    /** A folder per job, by id. */
    public Path jobs() {
        return root.resolve("jobs");
    }

    /** The folder of one job; made by whoever writes to it first. */
    public Path job(long id) {
        return jobs().resolve(Long.toString(id));
    }

    /** The weights that a job begins with, where its spec names some: a file of its own from its submission on. */
    public Path initialWeights(long job) {
        return job(job).resolve("initial.safetensors");
    }

    /** The TorchScript module that a job trains, where its spec names one: its own copy from its submission on. */
    public Path module(long job) {
        return job(job).resolve("model.pt");
    }

    /** Uploaded weights, a file each. */
    public Path weights() {
        return root.resolve("weights");
    }

    /** Jars with callbacks, which only trainers load. */
    public Path plugins() {
        return root.resolve("plugins");
    }

    /** The operator's TorchScript modules, which only trainers load. */
    public Path models() {
        return root.resolve("models");
    }

    /** What the running server tells its trainers: the link's address and the like. */
    public Path run() {
        return root.resolve("run");
    }

    /** Where parts of uploads are while they arrive; on the same file system as what becomes of them. */
    public Path uploads() {
        return root.resolve("uploads");
    }

    /** What the running server tells about itself. */
    Path serverFile() {
        return root.resolve("server.json");
    }

    /** Attributes of a new file that nobody else may read. */
    public static FileAttribute<?>[] privateFile() {
        return attributes("rw-------");
    }

    /** Attributes of a new folder that nobody else may enter. */
    public static FileAttribute<?>[] privateFolder() {
        return attributes("rwx------");
    }

    /** Lets the folder go; the lock goes with it. */
    @Override
    public void close() {
        try {
            Files.deleteIfExists(serverFile());
            lockFile.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private FileChannel lock() throws IOException {
        FileChannel channel = FileChannel.open(
                root.resolve("server.lock"),
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                privateFile());
        if (tryLock(channel) == null) {
            channel.close();
            throw new StartRefusedException(
                    StartRefusedException.TRY_LATER,
                    "The home folder " + root + " is held by another server" + holder() + ".",
                    "Use that server, stop it, or give this one a home of its own with signalbox.home.");
        }
        return channel;
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException sameProcess) {
            return null;
        }
    }

    private String holder() throws IOException {
        try {
            return ": " + Files.readString(serverFile()).strip();
        } catch (NoSuchFileException starting) {
            return " that is starting or stopping";
        }
    }

    private static void makeFolder(Path folder) throws IOException {
        Files.createDirectories(folder, privateFolder());
    }

    private static FileAttribute<?>[] attributes(String permissions) {
        return POSIX
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }
}
