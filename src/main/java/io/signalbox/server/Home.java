package io.signalbox.server;

import io.signalbox.server.SignalboxProperties.Servers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * The folder of everything that the service keeps, for its owner only. Held by one server at a time, or by those that are told
 * that there are several: a lock on {@code server.lock}, shared by these, lasts as long as the process does, however it ends.
 */
@Component
public final class Home implements AutoCloseable {

    private static final boolean POSIX =
            FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

    /** How long a server waits for one that just looks whether it is the first. */
    private static final int SHARE_TRIES = 50;

    private static final long SHARE_PAUSE_MILLIS = 100;

    private final Path root;
    private final boolean several;
    private final FileChannel lockFile;
    private boolean first;

    /**
     * Makes the folder where it is missing, and takes it.
     *
     * @throws StartRefusedException if another server holds it, or it cannot be written
     */
    public Home(SignalboxProperties properties) {
        root = properties.home().toAbsolutePath().normalize();
        several = properties.servers() == Servers.SEVERAL;
        try {
            makeFolder(root);
            lockFile = lock();
            for (Path folder : new Path[] {
                database(), datasets(), jobs(), weights(), run(), uploads(), plugins(), models(), servers()
            }) {
                makeFolder(folder);
            }
            for (Path folder : new Path[] {datasets(), jobs(), weights(), uploads()}) {
                requireOneFileSystem(folder);
            }
        } catch (IOException e) {
            throw new StartRefusedException(
                    StartRefusedException.BAD_SETTINGS,
                    "The home folder " + root + " cannot be used: " + e,
                    "Make it writable for this user, or name another one with signalbox.home.");
        }
    }

    /** Files are made in one folder and appear in another, whole and at once: which no file system does for another. */
    private void requireOneFileSystem(Path folder) throws IOException {
        Path probe = Files.createTempFile(run(), ".probe", "", privateFile());
        Path moved = folder.resolve(probe.getFileName());
        try {
            Files.move(probe, moved, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            throw new StartRefusedException(
                    StartRefusedException.BAD_SETTINGS,
                    folder + " is on another file system than " + run() + ".",
                    "Mount all of " + root
                            + " as one; only the folders db, models and plugins may be mounts of their own.");
        } finally {
            Files.deleteIfExists(probe);
            Files.deleteIfExists(moved);
        }
    }

    /** Whether no other server held the folder when this one came: what is half done in it was left by the dead. */
    public boolean wasFree() {
        return first;
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

    /** Where the folder of a job goes that was removed, until somebody has the time to delete what is in it. */
    public Path removed(long job) {
        return jobs().resolve("removed-" + job);
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

    /** What the running server tells about itself; of several each has its own. */
    Path serverFile() {
        return several
                ? servers().resolve(ProcessHandle.current().pid() + "-" + hostName() + ".json")
                : root.resolve("server.json");
    }

    private Path servers() {
        return root.resolve("servers");
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName().replaceAll("[^A-Za-z0-9.-]", "_");
        } catch (UnknownHostException e) {
            return "localhost";
        }
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
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
                privateFile());
        FileLock alone = tryLock(channel, false);
        first = alone != null;
        boolean held = first;
        if (several) {
            if (alone != null) {
                alone.release();
            }
            held = share(channel);
        }
        if (!held) {
            channel.close();
            throw new StartRefusedException(
                    StartRefusedException.TRY_LATER,
                    "The home folder " + root + " is held by another server" + holder() + ".",
                    "Use that server, stop it, or give this one a home of its own with signalbox.home. Several servers may"
                            + " share a home and a PostgreSQL if each is told so with signalbox.servers=several.");
        }
        return channel;
    }

    /** Beside other servers that share; in vain while one holds it alone. */
    private static boolean share(FileChannel channel) throws IOException {
        for (int i = 0; i < SHARE_TRIES; i++) {
            if (tryLock(channel, true) != null) {
                return true;
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(SHARE_PAUSE_MILLIS));
        }
        return false;
    }

    private static @Nullable FileLock tryLock(FileChannel channel, boolean shared) throws IOException {
        try {
            return channel.tryLock(0, Long.MAX_VALUE, shared);
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
