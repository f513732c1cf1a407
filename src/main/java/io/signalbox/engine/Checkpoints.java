package io.signalbox.engine;

import io.signalbox.callback.SavedCheckpoint;
import io.signalbox.checkpoint.CheckpointException;
import io.signalbox.checkpoint.CheckpointFolder;
import io.signalbox.checkpoint.Content;
import io.signalbox.checkpoint.Manifest;
import io.signalbox.checkpoint.Manifest.Facts;
import io.signalbox.checkpoint.Manifest.Kind;
import io.signalbox.checkpoint.Safetensors;
import io.signalbox.checkpoint.Tensor;
import io.signalbox.engine.network.Weights;
import io.signalbox.engine.torch.HostTensor;
import io.signalbox.engine.torch.ScriptModule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A session's checkpoints on disk. Training pays for one with a copy of its tensors in memory, whose place is used again;
 * another thread writes them, and removes old ones, one thing after the other. Confined to the training thread.
 *
 * <p>Which checkpoints there are is told from memory: a new one is there when {@link #know} says so, so that what callbacks
 * see is a function of the step and not of the disk's speed. Whoever reads one waits for all that is under way.
 */
final class Checkpoints implements AutoCloseable {

    /** Stands for the checkpoint that was last said to be the best. */
    static final String BEST = "best";

    /** Stands for the newest checkpoint that training can go on from. */
    static final String LATEST = "latest";

    static final String MODEL = "model.safetensors";
    private static final String OPTIMIZER = "optimizer.safetensors";
    static final String STATE = "state.json";

    /** A module of TorchScript with the weights of {@link #MODEL} in it; of such networks only. */
    static final String PROGRAM = "model.pt";

    private static final String SNAPSHOT = "snapshot-";
    private static final String BACKUP = "backup-";
    private static final Pattern BACKUP_NAME = Pattern.compile(BACKUP + "[0-9]+");
    private static final Pattern OWN_NAME =
            Pattern.compile(BACKUP + "[0-9]+|final|restored|" + CheckpointFolder.STOPPED);

    /** What Hugging Face's readers look for: tensors laid out as PyTorch's. */
    private static final Map<String, String> METADATA = Map.of("format", "pt");

    private final Session session;
    private final Snapshots snapshots;
    private final CheckpointFolder folder;
    private final Map<String, Map<String, HostTensor>> copies = new HashMap<>();
    private final ExecutorService disk = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "checkpoints");
        thread.setDaemon(true);
        return thread;
    });
    private final Queue<String> troubles = new ConcurrentLinkedQueue<>();
    private final Map<String, SavedCheckpoint> known = new LinkedHashMap<>();
    private @Nullable String underWay;
    private @Nullable String best;

    Checkpoints(Session session, Snapshots snapshots, CheckpointFolder folder) {
        this.session = session;
        this.snapshots = snapshots;
        this.folder = folder;
    }

    /** Ends what a process that died left half done, and takes up what there is. */
    void begin() throws IOException {
        folder.cleanUp();
        List<Manifest> found = new ArrayList<>(folder.list());
        Collections.reverse(found);
        found.forEach(this::know);
    }

    /**
     * Copies everything that a checkpoint holds and has it written, in place of one of that name. The one before must be
     * {@linkplain #know known} or given up. When writing fails, everything on disk is as it was.
     *
     * @param copy key of the snapshot whose weights are saved; null for the network's
     */
    Future<Manifest> write(String name, Facts facts, SavedState state, @Nullable String copy) {
        Map<String, Content> files = new LinkedHashMap<>();
        Snapshots.Snapshot snapshot = copy == null ? null : snapshots.all().get(copy);
        Map<String, HostTensor> weights = put(MODEL, snapshot == null ? session.weights() : snapshot.weights(), files);
        ScriptModule module = session.network().module();
        if (module != null) {
            files.put(PROGRAM, out -> module.write(out, Weights.content(weights)));
        }
        if (facts.kind() == Kind.FULL) {
            put(OPTIMIZER, session.optimizerState(), files);
            int number = 0;
            for (Snapshots.Snapshot kept : snapshots.all().values()) {
                put(snapshotFile(number++), kept.weights(), files);
            }
        }
        files.put(STATE, Content.text(state.write()));
        underWay = name;
        return disk.submit(() -> folder.write(name, facts, files));
    }

    private Map<String, HostTensor> put(String file, Map<String, HostTensor> tensors, Map<String, Content> files) {
        Map<String, HostTensor> copied = session.copy(tensors, copies.computeIfAbsent(file, f -> new HashMap<>()));
        files.put(file, Content.tensors(Weights.content(copied), METADATA));
        return copied;
    }

    /** From now on this checkpoint is one that there is, in place of one of the same name. */
    SavedCheckpoint know(Manifest manifest) {
        Facts facts = manifest.facts();
        SavedCheckpoint saved = new SavedCheckpoint(
                manifest.name(),
                facts.epoch(),
                facts.step(),
                facts.kind() == Kind.FULL,
                manifest.bytes(),
                facts.metrics(),
                false);
        underWay = null;
        known.remove(manifest.name());
        known.put(manifest.name(), saved);
        return told(saved, latest());
    }

    /** The one that was being written was not. */
    void giveUp() {
        underWay = null;
    }

    /** Waits for all that is being written and removed. */
    void await() {
        try {
            result(disk.submit(() -> {}));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * What came of a write. Waits for it.
     *
     * @throws IOException if it failed
     */
    static <T> T result(Future<T> future) throws IOException {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return future.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    throw unchecked(e.getCause());
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static RuntimeException unchecked(@Nullable Throwable cause) throws IOException {
        if (cause instanceof IOException io) {
            throw io;
        }
        if (cause instanceof Error error) {
            throw error;
        }
        return cause instanceof RuntimeException runtime ? runtime : new IllegalStateException(cause);
    }

    /** Why something could not be removed, told once; null for nothing. */
    @Nullable
    String trouble() {
        return troubles.poll();
    }

    /** Waits for all that is under way. */
    @Override
    public void close() {
        disk.shutdown();
        boolean interrupted = false;
        while (!disk.isTerminated()) {
            try {
                disk.awaitTermination(1, TimeUnit.DAYS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static String snapshotFile(int number) {
        return SNAPSHOT + number + ".safetensors";
    }

    /** The snapshots that a full checkpoint written now holds. */
    List<SavedState.Kept> kept() {
        List<SavedState.Kept> kept = new ArrayList<>();
        snapshots.all().forEach((key, snapshot) -> {
            ObjectNode metrics = JsonNodeFactory.instance.objectNode();
            snapshot.metrics().forEach((metric, value) -> metrics.put(metric, Double.toString(value)));
            kept.add(new SavedState.Kept(key, snapshotFile(kept.size()), snapshot.epoch(), metrics));
        });
        return kept;
    }

    static String backupName(long step) {
        return BACKUP + step;
    }

    /** Removes backups older than the newest {@code kept} but those pinned, and answers their names. For when a new one was written. */
    List<String> removeOldBackups(int kept) {
        return remove(newestFirst()
                .map(SavedCheckpoint::name)
                .filter(Checkpoints::isBackup)
                .skip(kept)
                .filter(name -> !folder.isPinned(name))
                .toList());
    }

    /** Removes every backup that is neither pinned nor the newest checkpoint to go on from, and answers their names. */
    List<String> removeBackups() {
        await();
        // Those on the disk, of attempts before too.
        String latest = folder.list().stream()
                .filter(manifest -> manifest.facts().kind() == Kind.FULL)
                .map(Manifest::name)
                .findFirst()
                .orElse("");
        return remove(folder.list().stream()
                .map(Manifest::name)
                .filter(name -> isBackup(name) && !name.equals(latest) && !folder.isPinned(name))
                .toList());
    }

    private static boolean isBackup(String name) {
        return BACKUP_NAME.matcher(name).matches();
    }

    private List<String> remove(List<String> names) {
        for (String name : names) {
            known.remove(name);
            disk.execute(() -> {
                try {
                    folder.remove(name);
                } catch (IOException | CheckpointException e) {
                    troubles.add("Checkpoint '" + name + "' could not be removed: " + e.getMessage());
                }
            });
        }
        return names;
    }

    /** The checkpoints that there are, newest first. */
    List<SavedCheckpoint> saved() {
        String latest = latest();
        return newestFirst().map(saved -> told(saved, latest)).toList();
    }

    private Stream<SavedCheckpoint> newestFirst() {
        List<SavedCheckpoint> all = new ArrayList<>(known.values());
        Collections.reverse(all);
        return all.stream()
                .sorted(Comparator.comparingLong(SavedCheckpoint::step).reversed());
    }

    private String latest() {
        return newestFirst()
                .filter(SavedCheckpoint::full)
                .map(SavedCheckpoint::name)
                .findFirst()
                .orElse("");
    }

    private SavedCheckpoint told(SavedCheckpoint saved, String latest) {
        String name = saved.name();
        boolean needed = name.equals(latest)
                || name.equals(best)
                || name.equals(underWay)
                || OWN_NAME.matcher(name).matches()
                || folder.isPinned(name);
        return new SavedCheckpoint(
                name, saved.epoch(), saved.step(), saved.full(), saved.bytes(), saved.metrics(), needed);
    }

    /** The checkpoints that there are, in the order in which they came, for {@link SavedState}. */
    List<SavedCheckpoint> known() {
        return List.copyOf(known.values());
    }

    /** Removes a checkpoint that nobody needs; false if somebody does or there is none of that name. */
    boolean remove(String name) {
        SavedCheckpoint saved = known.get(name);
        if (saved == null || told(saved, latest()).needed()) {
            return false;
        }
        remove(List.of(name));
        return true;
    }

    /**
     * Puts weights, averages of them and the optimizer back, and nothing else.
     *
     * @param name may be {@code best} or {@code latest}
     * @throws CheckpointException if it does not verify, holds weights only or weights that are not finite
     */
    Manifest rollBack(String name) throws IOException {
        Saved saved = open(resolve(name));
        Map<String, Tensor> weights = read(saved.manifest(), MODEL);
        if (!weights.values().stream().allMatch(Tensor::isFinite)) {
            throw new CheckpointException(
                    "checkpoint.not-finite", "the weights of checkpoint '" + name + "' are not finite");
        }
        session.network().load(weights, describe(saved.manifest(), MODEL));
        Weights.load(
                session.optimizerState(), read(saved.manifest(), OPTIMIZER), describe(saved.manifest(), OPTIMIZER));
        for (SavedState.Kept kept : saved.progress().snapshots()) {
            Snapshots.Snapshot average = snapshots.averages().get(kept.key());
            if (average != null) {
                String source = describe(saved.manifest(), kept.file());
                Weights.load(average.weights(), read(saved.manifest(), kept.file()), source);
            }
        }
        return saved.manifest();
    }

    /** Which checkpoint {@code best} stands for; null for none yet. */
    @Nullable
    String best() {
        return best;
    }

    void nameBest(@Nullable String name) {
        best = name;
    }

    /**
     * Puts a checkpoint's weights back.
     *
     * @param name may be {@code best} or {@code latest}
     * @throws CheckpointException if there is none that verifies
     * @throws IllegalArgumentException if its weights are not those of this network
     */
    Manifest restoreWeights(String name) throws IOException {
        await();
        Manifest manifest = folder.verify(resolve(name));
        session.network().load(read(manifest, MODEL), describe(manifest, MODEL));
        return manifest;
    }

    private String resolve(String name) {
        if (name.equals(BEST) && best != null) {
            return best;
        }
        if (name.equals(LATEST)) {
            return folder.newestFull(broken -> {}).map(Manifest::name).orElse(name);
        }
        return name;
    }

    /** That name, and those of all older checkpoints that training can go on from, newest first. */
    List<String> from(String name) {
        List<String> full = folder.list().stream()
                .filter(manifest -> manifest.facts().kind() == Kind.FULL)
                .map(Manifest::name)
                .toList();
        List<String> names = new ArrayList<>(full.subList(full.indexOf(name) + 1, full.size()));
        names.add(0, name);
        return names;
    }

    /**
     * Verifies a checkpoint to go on from and reads its state.
     *
     * @throws CheckpointException if it does not verify or holds weights only
     */
    Saved open(String name) throws IOException {
        await();
        Manifest manifest = folder.verify(name);
        SavedState state = SavedState.read(Files.readString(folder.file(name, STATE)));
        if (manifest.facts().kind() != Kind.FULL || state.training() == null) {
            throw new CheckpointException(
                    "checkpoint.kind", "checkpoint '" + name + "' holds weights only: training cannot go on from it");
        }
        return new Saved(manifest, state, state.training());
    }

    /**
     * Puts everything native back: weights, what the optimizer keeps, snapshots.
     *
     * @param anew what of it is left
     * @throws IllegalArgumentException if it is not of this network, saying what does not fit
     */
    void restore(Saved saved, Set<Anew> anew) throws IOException {
        Manifest manifest = saved.manifest();
        for (SavedState.Kept kept : saved.progress().snapshots()) {
            session.network().load(read(manifest, kept.file()), describe(manifest, kept.file()));
            snapshots.take(kept.key(), kept.epoch(), metrics(kept.metrics()));
        }
        session.network().load(read(manifest, MODEL), describe(manifest, MODEL));
        if (!anew.contains(Anew.OPTIMIZER)) {
            Map<String, Tensor> kept = read(manifest, OPTIMIZER);
            Weights.load(session.program().optimizerState(kept.keySet()), kept, describe(manifest, OPTIMIZER));
        }
        best = saved.progress().best();
        if (anew.contains(Anew.STOP)) {
            // Beyond an end, or in a job of its own: there is what lies on the disk.
            best = best != null && known.containsKey(best) ? best : null;
        } else {
            known.clear();
            saved.progress().checkpoints().forEach(checkpoint -> known.put(checkpoint.name(), checkpoint));
        }
    }

    /** A checkpoint that was read. */
    record Saved(Manifest manifest, SavedState state, SavedState.Progress progress) {}

    private Map<String, Tensor> read(Manifest manifest, String file) throws IOException {
        return Safetensors.read(folder.file(manifest.name(), file));
    }

    private static String describe(Manifest manifest, String file) {
        return file + " of checkpoint '" + manifest.name() + "'";
    }

    private static Map<String, Double> metrics(ObjectNode texts) {
        Map<String, Double> metrics = new LinkedHashMap<>();
        texts.properties()
                .forEach(entry -> metrics.put(
                        entry.getKey(), Double.valueOf(entry.getValue().asString())));
        return metrics;
    }
}
