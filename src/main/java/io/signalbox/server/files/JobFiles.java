package io.signalbox.server.files;

import io.signalbox.data.Hashes;
import io.signalbox.link.FilePart;
import io.signalbox.link.FilePlace;
import io.signalbox.server.Home;
import io.signalbox.server.SignalboxProperties;
import io.signalbox.server.SignalboxProperties.Store;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * What servers and trainers share of jobs. Where both see the home folder, that is all, and nothing here has anything to do.
 * Else files go through a bucket:
 *
 * <ul>
 *   <li>{@code datasets/<name>/<sha256>} and {@code jobs/<id>/inputs/<sha256>}: what an attempt begins with, put there by the
 *       server when a trainer asks for it;
 *   <li>{@code jobs/<id>/checkpoints/<sha256 of the manifest>/…}: the manifest last, so that what has one is whole;
 *   <li>{@code jobs/<id>/files/…}: logs, artifacts and whatever else a trainer wrote into its job's folder.
 * </ul>
 *
 * <p>Trainers hold no key to it: they are given addresses, each for one file and a while. The home folder holds copies of what
 * somebody asked for.
 */
@Component
public class JobFiles implements AutoCloseable {

    /** An address is used at once, but many files are fetched one after the other. */
    static final Duration VALID = Duration.ofHours(6);

    /** Where in a job's folder a trainer fetches what it does not write to. */
    public static final String INPUTS = "inputs/";

    private static final String FILES = "files/";
    private static final Pattern PATH = Pattern.compile("(?!.*(^|/)\\.)[^/\\p{Cntrl}]+(/[^/\\p{Cntrl}]+){0,7}");
    private static final int MOST_HASHES = 10_000;

    /** What is the server's in a job's folder. */
    private static final Set<String> RESERVED =
            Set.of("spec.json", "model.pt", "initial.safetensors", "attempt.lock", "checkpoints", "inputs", "attempts");

    private final Home home;
    private final boolean carried;
    private final SignalboxProperties.S3 settings;
    private final Map<Path, Hashed> hashes = new ConcurrentHashMap<>();
    private @Nullable Bucket bucket;

    private record Hashed(long size, FileTime modified, String sha256) {}

    @Autowired
    JobFiles(Home home, SignalboxProperties properties) {
        this.home = home;
        this.carried = properties.files().store() == Store.S3;
        this.settings = properties.files().s3();
    }

    JobFiles(Home home, Bucket bucket) {
        this.home = home;
        this.carried = true;
        this.settings = new SignalboxProperties.S3("", "", null, "");
        this.bucket = bucket;
    }

    /** Whether files go through a bucket. */
    public boolean carried() {
        return carried;
    }

    /** Made when it is first needed: its classes would slow the start of a server that needs none. */
    synchronized Bucket bucket() {
        if (bucket == null) {
            bucket = new S3Bucket(settings);
        }
        return bucket;
    }

    /**
     * A file that an attempt begins with.
     *
     * @param path where the trainer is to have it, below its job's folder
     * @param dataset that it is of; empty for one of the job itself
     */
    public record Input(String path, Path file, String dataset) {}

    /** Where a trainer fetches these. Those that the bucket does not hold yet are put there first. */
    public List<FilePlace> inputs(long job, List<Input> inputs) throws IOException {
        List<FilePlace> places = new ArrayList<>();
        for (Input input : inputs) {
            String sha256 = input.dataset().isEmpty() ? read(input.file()) : sha256(input.file());
            FilePart part = new FilePart(input.path(), Files.size(input.file()), sha256);
            String key = (input.dataset().isEmpty() ? job(job) + INPUTS : "datasets/" + input.dataset() + "/") + sha256;
            if (!bucket().has(key, part.size())) {
                bucket().put(key, input.file(), sha256);
            }
            places.add(bucket().toGet(key, part, VALID));
        }
        return places;
    }

    /** Where the trainer of an attempt puts these. Those with paths that are not its own are left out. */
    public List<FilePlace> outputs(long job, int attempt, List<FilePart> files) throws IOException {
        List<FilePlace> places = new ArrayList<>();
        for (FilePart file : files) {
            if (mayWrite(attempt, file.path())) {
                places.add(bucket().toPut(job(job) + FILES + file.path(), file, VALID));
            }
        }
        return places;
    }

    private static boolean mayWrite(int attempt, String path) {
        return PATH.matcher(path).matches()
                && (path.startsWith("attempts/" + attempt + "/") || !RESERVED.contains(path.split("/", 2)[0]));
    }

    /**
     * Has the home folder hold what trainers have put of a job, newer copies in place of older ones.
     *
     * @param begin of paths below the job's folder, such as {@code tensorboard/}
     */
    public void bring(long job, String begin) throws IOException {
        if (!carried) {
            return;
        }
        String prefix = job(job) + FILES;
        for (Bucket.Item item : bucket().list(prefix + begin)) {
            String path = item.key().substring(prefix.length());
            Path file = home.job(job).resolve(path);
            if (PATH.matcher(path).matches() && (Files.notExists(file) || Files.size(file) != item.size())) {
                Files.createDirectories(file.resolveSibling(""));
                fetch(item.key(), file);
            }
        }
    }

    private void fetch(String key, Path file) throws IOException {
        Path arriving = file.resolveSibling("." + UUID.randomUUID());
        try {
            bucket().get(key, arriving);
            Files.move(arriving, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (NoSuchFileException gone) {
            return; // between two looks
        } finally {
            Files.deleteIfExists(arriving);
        }
    }

    /** What a trainer put of a job, by path and size, in the job's own folder only: what the next attempt goes on writing. */
    public List<FilePlace> written(long job) throws IOException {
        String prefix = job(job) + FILES;
        return bucket().list(prefix).stream()
                .filter(item -> item.key().indexOf('/', prefix.length()) < 0)
                .map(item -> bucket().toGet(
                                item.key(),
                                new FilePart(item.key().substring(prefix.length()), item.size(), ""),
                                VALID))
                .toList();
    }

    /** Removes all that the bucket holds of a job. */
    public void removeJob(long job) throws IOException {
        remove(job(job));
    }

    /** Removes all that the bucket holds of a dataset. */
    public void removeDataset(String name) throws IOException {
        remove("datasets/" + name + "/");
    }

    private void remove(String prefix) throws IOException {
        if (carried) {
            bucket().deleteUnfinished(prefix);
            bucket().delete(bucket().list(prefix).stream().map(Bucket.Item::key).toList());
        }
    }

    static String job(long job) {
        return "jobs/" + job + "/";
    }

    /** Of a dataset's file: it is written once, and one of the same name in its place has another time. */
    private String sha256(Path file) throws IOException {
        FileTime modified = Files.getLastModifiedTime(file);
        long size = Files.size(file);
        Hashed known = hashes.get(file);
        if (known != null && known.size() == size && known.modified().equals(modified)) {
            return known.sha256();
        }
        if (hashes.size() >= MOST_HASHES) {
            hashes.clear();
        }
        String sha256 = read(file);
        hashes.put(file, new Hashed(size, modified, sha256));
        return sha256;
    }

    private static String read(Path file) throws IOException {
        MessageDigest digest = Hashes.sha256();
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
            in.transferTo(OutputStream.nullOutputStream());
        }
        return Hashes.hex(digest);
    }

    @Override
    public synchronized void close() {
        if (bucket != null) {
            bucket.close();
        }
    }
}
