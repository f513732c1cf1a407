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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A session's checkpoints on disk. Tensors are written from the memory that they are trained in, so the training thread
 * waits for the disk. Confined to it.
 */
final class Checkpoints {

    /** Stands for the checkpoint that was last said to be the best. */
    static final String BEST = "best";

    /** Stands for the newest checkpoint that training can go on from. */
    static final String LATEST = "latest";

    private static final String MODEL = "model.safetensors";
    private static final String OPTIMIZER = "optimizer.safetensors";
    private static final String STATE = "state.json";
    private static final String SNAPSHOT = "snapshot-";
    private static final String BACKUP = "backup-";
    private static final Pattern BACKUP_NAME = Pattern.compile(BACKUP + "[0-9]+");
    private static final Pattern OWN_NAME = Pattern.compile(BACKUP + "[0-9]+|final|restored");

    /** What Hugging Face's readers look for: tensors laid out as PyTorch's. */
    private static final Map<String, String> METADATA = Map.of("format", "pt");

    private final Session session;
    private final Snapshots snapshots;
    private final CheckpointFolder folder;
    private @Nullable String best;

    Checkpoints(Session session, Snapshots snapshots, Path directory) {
        this.session = session;
        this.snapshots = snapshots;
        this.folder = new CheckpointFolder(directory);
    }

    /**
     * Writes a checkpoint, in place of one of that name. When it throws, everything on disk is as it was.
     *
     * @param copy key of the snapshot whose weights are saved; null for the network's
     */
    Manifest write(String name, Facts facts, SavedState state, @Nullable String copy) throws IOException {
        Map<String, Content> files = new LinkedHashMap<>();
        Snapshots.Snapshot snapshot = copy == null ? null : snapshots.all().get(copy);
        files.put(MODEL, tensors(snapshot == null ? session.weights() : snapshot.weights()));
        if (facts.kind() == Kind.FULL) {
            files.put(OPTIMIZER, tensors(session.optimizerState()));
            int number = 0;
            for (Snapshots.Snapshot kept : snapshots.all().values()) {
                files.put(snapshotFile(number++), tensors(kept.weights()));
            }
        }
        files.put(STATE, Content.text(state.write()));
        return folder.write(name, facts, files);
    }

    private static Content tensors(Map<String, HostTensor> tensors) {
        return Content.tensors(Weights.content(tensors), METADATA);
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

    /** Removes backups older than the newest {@code kept}, and answers their names. For when a new one was written. */
    List<String> removeOldBackups(int kept) throws IOException {
        return remove(backups().skip(kept).toList());
    }

    /** Removes every backup that is not the newest checkpoint to go on from, and answers their names. */
    List<String> removeBackups() throws IOException {
        String latest = folder.list().stream()
                .filter(manifest -> manifest.facts().kind() == Kind.FULL)
                .map(Manifest::name)
                .findFirst()
                .orElse("");
        return remove(backups().filter(name -> !name.equals(latest)).toList());
    }

    private Stream<String> backups() {
        return folder.list().stream()
                .map(Manifest::name)
                .filter(name -> BACKUP_NAME.matcher(name).matches());
    }

    private List<String> remove(List<String> names) throws IOException {
        List<String> removed = new ArrayList<>();
        for (String name : names) {
            if (folder.remove(name)) {
                removed.add(name);
            }
        }
        return removed;
    }

    /** What lies on the disk, newest first. */
    List<SavedCheckpoint> saved() {
        List<Manifest> manifests = folder.list();
        String latest = manifests.stream()
                .filter(manifest -> manifest.facts().kind() == Kind.FULL)
                .map(Manifest::name)
                .findFirst()
                .orElse("");
        return manifests.stream().map(manifest -> saved(manifest, latest)).toList();
    }

    private SavedCheckpoint saved(Manifest manifest, String latest) {
        Facts facts = manifest.facts();
        String name = manifest.name();
        boolean needed = name.equals(latest)
                || name.equals(best)
                || OWN_NAME.matcher(name).matches()
                || folder.isPinned(name);
        return new SavedCheckpoint(
                name,
                facts.epoch(),
                facts.step(),
                facts.kind() == Kind.FULL,
                manifest.bytes(),
                facts.metrics(),
                needed);
    }

    /** Removes a checkpoint that nobody needs; false if somebody does or there is none of that name. */
    boolean remove(String name) throws IOException {
        boolean free = saved().stream().anyMatch(saved -> saved.name().equals(name) && !saved.needed());
        return free && folder.remove(name);
    }

    /**
     * Puts weights, averages of them and the optimizer back, and nothing else.
     *
     * @throws CheckpointException if it does not verify, holds weights only or weights that are not finite
     */
    Manifest rollBack(String name) throws IOException {
        Saved saved = open(name);
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

    /**
     * Verifies a checkpoint to go on from and reads its state.
     *
     * @throws CheckpointException if it does not verify or holds weights only
     */
    Saved open(String name) throws IOException {
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
     * @throws IllegalArgumentException if it is not of this network, saying what does not fit
     */
    void restore(Saved saved) throws IOException {
        Manifest manifest = saved.manifest();
        for (SavedState.Kept kept : saved.progress().snapshots()) {
            session.network().load(read(manifest, kept.file()), describe(manifest, kept.file()));
            snapshots.take(kept.key(), kept.epoch(), metrics(kept.metrics()));
        }
        session.network().load(read(manifest, MODEL), describe(manifest, MODEL));
        Map<String, Tensor> kept = read(manifest, OPTIMIZER);
        Weights.load(session.program().optimizerState(kept.keySet()), kept, describe(manifest, OPTIMIZER));
        best = saved.progress().best();
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
