package io.signalbox.server.files;

import io.signalbox.checkpoint.CheckpointException;
import io.signalbox.checkpoint.CheckpointFolder;
import io.signalbox.checkpoint.Manifest;
import io.signalbox.link.FilePart;
import io.signalbox.link.FilePlace;
import io.signalbox.server.Home;
import io.signalbox.server.web.Problems;
import io.signalbox.server.web.ReceivedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Checkpoints in the bucket. One is told from another by its manifest's hash, and counts from when its event was taken: an
 * attempt that was given up and trains on can put what it likes, none of it is ever looked at.
 */
@Component
public class JobCheckpoints {

    private static final Logger log = LoggerFactory.getLogger(JobCheckpoints.class);
    private static final String FOLDER = "checkpoints/";
    private static final int RETRY_AFTER_SECONDS = 10;

    private final JobFiles files;
    private final Home home;

    JobCheckpoints(JobFiles files, Home home) {
        this.files = files;
        this.home = home;
    }

    /** Whether checkpoints lie in a bucket; else they are in the home folder, and nothing here has anything to do. */
    public boolean carried() {
        return files.carried();
    }

    /** Those of these that the bucket holds whole, newest first. */
    public List<Manifest> whole(long job, Map<String, String> sha256ByName) {
        try {
            Map<String, Long> kept = kept(job);
            List<Manifest> whole = new ArrayList<>();
            for (Map.Entry<String, String> named : sha256ByName.entrySet()) {
                String folder = folder(job, named.getValue());
                if (kept.containsKey(folder + Manifest.FILE)) {
                    Manifest manifest = manifest(job, named.getKey(), named.getValue());
                    if (isWhole(manifest, folder, kept)) {
                        whole.add(manifest);
                    } else {
                        log.warn("job {}: checkpoint {} in the bucket lacks files", job, manifest.name());
                    }
                }
            }
            whole.sort(CheckpointFolder.NEWEST_FIRST);
            return whole;
        } catch (IOException e) {
            throw new BucketAwayException(e);
        }
    }

    private Map<String, Long> kept(long job) throws IOException {
        Map<String, Long> kept = new HashMap<>();
        files.bucket().list(JobFiles.job(job) + FOLDER).forEach(item -> kept.put(item.key(), item.size()));
        return kept;
    }

    private static boolean isWhole(Manifest manifest, String folder, Map<String, Long> kept) {
        return manifest.files().entrySet().stream()
                .allMatch(file -> Long.valueOf(file.getValue().size()).equals(kept.get(folder + file.getKey())));
    }

    private Manifest manifest(long job, String name, String sha256) throws IOException {
        Path copy = Files.createTempFile(home.run(), "manifest", null);
        try {
            Files.delete(copy);
            files.bucket().get(folder(job, sha256) + Manifest.FILE, copy);
            Manifest manifest = Manifest.read(name, Files.readAllBytes(copy));
            if (!manifest.sha256().equals(sha256)) {
                throw new IOException("the manifest of checkpoint '" + name + "' in the bucket is another one");
            }
            return manifest;
        } finally {
            Files.deleteIfExists(copy);
        }
    }

    /** Where a trainer fetches these, each with its manifest last. */
    public List<FilePlace> inputs(long job, Collection<Manifest> manifests) throws IOException {
        List<FilePlace> places = new ArrayList<>();
        for (Manifest manifest : manifests) {
            String folder = folder(job, manifest.sha256());
            for (FilePart part : parts(manifest, FOLDER + manifest.name() + "/", size(folder))) {
                String file = part.path().substring(part.path().lastIndexOf('/') + 1);
                places.add(files.bucket().toGet(folder + file, part, JobFiles.VALID));
            }
        }
        return places;
    }

    private long size(String folder) throws IOException {
        return files.bucket().list(folder + Manifest.FILE).get(0).size();
    }

    private static List<FilePart> parts(Manifest manifest, String folder, long manifestSize) {
        List<FilePart> parts = new ArrayList<>();
        manifest.files().forEach((file, entry) -> parts.add(new FilePart(folder + file, entry.size(), entry.sha256())));
        parts.add(new FilePart(folder + Manifest.FILE, manifestSize, manifest.sha256()));
        return parts;
    }

    /**
     * Where a trainer puts the files of a checkpoint, which are named {@code checkpoints/<sha256 of its manifest>/<file>}.
     */
    public List<FilePlace> outputs(long job, List<FilePart> parts) throws IOException {
        List<FilePlace> places = new ArrayList<>();
        for (FilePart part : parts) {
            if (part.path().matches(FOLDER + "[0-9a-f]{64}/[A-Za-z0-9][A-Za-z0-9._-]{0,99}")) {
                places.add(files.bucket().toPut(JobFiles.job(job) + part.path(), part, JobFiles.VALID));
            }
        }
        return places;
    }

    /** Whether a trainer's part is of a checkpoint. */
    public static boolean isCheckpoint(FilePart part) {
        return part.path().startsWith(FOLDER);
    }

    /**
     * Has the home folder hold a checkpoint, verified.
     *
     * @throws io.signalbox.server.web.ApiException 404 if it never arrived in the bucket, 503 if that cannot be reached
     */
    public void bring(long job, String name, String sha256) {
        if (!carried() || holds(job, name, sha256)) {
            return;
        }
        CheckpointFolder folder = folder(job);
        try {
            Path arriving = folder.arrival(name);
            try {
                for (String file : manifest(job, name, sha256).files().keySet()) {
                    files.bucket().get(folder(job, sha256) + file, arriving.resolve(file));
                }
                files.bucket().get(folder(job, sha256) + Manifest.FILE, arriving.resolve(Manifest.FILE));
                folder.takeIn(name, arriving);
            } finally {
                ReceivedFile.discard(arriving);
            }
        } catch (NoSuchFileException e) {
            throw Problems.notFound("checkpoint", name);
        } catch (IOException | CheckpointException e) {
            log.warn("job {}: checkpoint {} cannot be fetched: {}", job, name, e.getMessage());
            throw Problems.unavailable(
                    "Checkpoint " + name + " cannot be fetched from the bucket now.", RETRY_AFTER_SECONDS);
        }
    }

    private boolean holds(long job, String name, String sha256) {
        try {
            return folder(job).read(name).sha256().equals(sha256);
        } catch (CheckpointException none) {
            return false;
        }
    }

    private CheckpointFolder folder(long job) {
        return new CheckpointFolder(home.job(job).resolve("checkpoints"));
    }

    /** Has the bucket hold a checkpoint that the home folder holds. */
    public void publish(long job, String name) throws IOException {
        if (!carried()) {
            return;
        }
        CheckpointFolder folder = folder(job);
        Manifest manifest = folder.verify(name);
        Path json = folder.file(name, Manifest.FILE);
        for (FilePart part : parts(manifest, folder(job, manifest.sha256()), Files.size(json))) {
            String file = part.path().substring(part.path().lastIndexOf('/') + 1);
            files.bucket().put(part.path(), folder.file(name, file), part.sha256());
        }
    }

    /** Removes all others from the bucket, those that were left half put too. */
    public void keepOnly(long job, Set<String> sha256s) throws IOException {
        if (carried()) {
            String folder = JobFiles.job(job) + FOLDER;
            files.bucket().deleteUnfinished(folder);
            files.bucket()
                    .delete(kept(job).keySet().stream()
                            .filter(key -> !sha256s.contains(
                                    key.substring(folder.length()).split("/")[0]))
                            .toList());
        }
    }

    private static String folder(long job, String sha256) {
        return JobFiles.job(job) + FOLDER + sha256 + "/";
    }
}
