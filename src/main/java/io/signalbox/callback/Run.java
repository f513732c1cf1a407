package io.signalbox.callback;

import io.signalbox.event.EventDetail;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The run that a {@link Callback} watches: all that a callback can know of it and do to it. Confined to the training
 * thread. The engine implements it over a network, a replay over a recorded history.
 */
public interface Run {

    /** Epochs that the job is to train in all. */
    int epochs();

    /** Trains so many epochs in all from now on. */
    default void setEpochs(int epochs) {
        throw new UnsupportedOperationException("a recorded history is as long as it is");
    }

    /** Updates in the current epoch: its batches, or groups of them where {@link Updates#accumulate} asks for that. */
    int stepsPerEpoch();

    /** The current epoch, from 0. */
    int epoch();

    /** Updates done so far over the whole job. */
    long step();

    /** What the model was compiled with beside {@code loss}, for mode {@code auto}. */
    List<Metric> metrics();

    /** The learning rate and who owns it. */
    LearningRate learningRate();

    /** Training examples gone through so far over the whole job. */
    long examples();

    /**
     * The metrics of the last update alone, where {@link Callback#onTrainBatchEnd}'s logs are means over the epoch; those
     * that are no means (F1, R² …) over the epoch so far.
     */
    Logs stepLogs();

    /**
     * Asks that training stop at the next boundary (the end of this batch, or of this epoch when called there). The first
     * to ask decides; later requests are ignored, but one that {@linkplain StopRequest#abort() aborts} takes the place of
     * one that does not.
     */
    void stop(StopRequest request);

    /** Who asked first to stop, and why; null while nobody has. */
    @Nullable
    StopRequest stopRequest();

    /**
     * Keeps a copy of the current weights under {@code key}, in place of an earlier one. The copy is part of every full
     * checkpoint, so that it outlives this process.
     */
    void snapshotWeights(String key);

    /** Puts the weights kept under {@code key} back; false if there are none. */
    boolean restoreWeights(String key);

    /**
     * Moves the weights kept under {@code key} by a share of the way towards the current ones, as {@code torch.lerp} does;
     * buffers, such as running statistics, become the current ones. Where none are kept the current ones are.
     *
     * @param share 0 (not at all) to 1 (all the way)
     */
    default void averageWeights(String key, double share) {}

    /** Exchanges the current weights with those kept under {@code key}; false if there are none. */
    default boolean swapWeights(String key) {
        return false;
    }

    /** Computes running statistics of batch norm anew for the current weights, by a pass over the training data. */
    default void estimateStatistics() {}

    /** How updates are made. */
    default Updates updates() {
        return Updates.NONE;
    }

    /** What can be seen of the network and its data. */
    default Insight insight() {
        return Insight.NONE;
    }

    /** Puts the weights of a checkpoint of this job back; false if there is none of that name that verifies. */
    boolean restoreFromCheckpoint(String name);

    /**
     * Puts weights, and what the optimizer keeps, back to a checkpoint of this job; counters, position in the data and all
     * else stay. To be called at a boundary.
     *
     * @param checkpoint may be {@code best} or {@code latest}
     * @param weightsOnly whether the optimizer goes on as it is
     * @return the epoch that they stem from
     * @throws IllegalArgumentException saying why they could not be put back; nothing has changed then
     */
    default int goBackTo(String checkpoint, boolean weightsOnly) {
        throw new IllegalArgumentException("a recorded history cannot be gone back in");
    }

    /**
     * Goes through the validation data with the present weights and changes nothing. To be called at a boundary.
     *
     * @return the metrics, names without {@code val_}; null if there is no validation data
     */
    default @Nullable Logs evaluate() {
        return null;
    }

    /**
     * Asks for a checkpoint. It is taken at the end of the current hook, when every callback has spoken, so that it
     * holds a state from which training goes on exactly; training goes on while it is written. Failing to write is an
     * event, not an error.
     */
    void saveCheckpoint(CheckpointRequest request);

    /** Checkpoints of this job, newest step first: those that {@link Callback#onCheckpointSaved} was told of. */
    default List<SavedCheckpoint> savedCheckpoints() {
        return List.of();
    }

    /** Removes a checkpoint and tells of it; false if there is none of that name or it is {@linkplain SavedCheckpoint#needed needed}. */
    default boolean removeCheckpoint(String name) {
        return false;
    }

    /**
     * Puts weights and optimizer back to a full checkpoint of this job, and leaves the batch that was just made out of the
     * epoch's means. Counters, position in the data and all else stay: training goes on with the next batch. To be called
     * at a batch's end.
     *
     * @return the epoch's means without that batch; null, with nothing changed, if there is no such checkpoint, it does not
     *     verify, or its weights are not finite
     */
    default @Nullable Logs rollBack(String checkpoint) {
        return null;
    }

    /** Whether this is a training and not a replay, in which nothing outside of the run may be touched or measured. */
    default boolean live() {
        return true;
    }

    /**
     * Asks for a backup to go on from after a crash, in place of all backups but the newest {@code keep}, itself counted.
     * It is written as a checkpoint is, but not where a full checkpoint is written anyway or training ends.
     *
     * @param by name of the callback that asks
     */
    default void backUp(int keep, String by) {}

    /** Asks that the backups be removed at the end of the current hook; one that {@code latest} names stays. */
    default void removeBackups() {}

    /** Tells something; the envelope (time, epoch, step) is added. */
    void emit(EventDetail detail);

    /** The job's folder, for callbacks that keep a file such as {@code history.csv}. Exists. */
    Path directory();
}
