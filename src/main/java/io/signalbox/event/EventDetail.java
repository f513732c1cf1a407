package io.signalbox.event;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an {@link Event} tells. On the wire its fields stand beside the envelope's, and {@code type} names the record in
 * snake case ({@code batch_end}).
 *
 * <p>{@code logs} maps are in the order the callbacks saw; their values may be NaN or infinite.
 */
public sealed interface EventDetail {

    /**
     * The job moved from one state to another. The one that moves it to a state that has {@linkplain JobState#ended()
     * ended} is the last of the stream, until the job goes on by {@code set_epochs}.
     *
     * @param from null for the first
     * @param outcome why it ended, where it did
     * @param reason a sentence for people
     */
    record StateChanged(
            @Nullable JobState from,
            JobState to,
            @Nullable Outcome outcome,
            @Nullable String reason) implements EventDetail {}

    /**
     * Training begins, or goes on from a checkpoint.
     *
     * @param resumedFrom name of the checkpoint it goes on from, null for a start from scratch; the envelope's epoch and
     *     step say from where, and whatever was told of later steps before is void
     */
    record TrainBegin(
            int epochs,
            int stepsPerEpoch,
            long parameters,
            @Nullable String resumedFrom) implements EventDetail {}

    record EpochBegin() implements EventDetail {}

    /** An update was made, of those that {@code log_every} selects. {@code batch} counts within the epoch, from 0. */
    record BatchEnd(int batch, Map<String, Double> logs) implements EventDetail {}

    /** The validation part was gone through; keys without {@code val_}, as Keras' {@code on_test_end} has them. */
    record TestEnd(Map<String, Double> logs) implements EventDetail {}

    /**
     * An epoch ended.
     *
     * @param seconds wall-clock time of the epoch, validation included
     * @param examplesPerSecond training throughput
     */
    record EpochEnd(Map<String, Double> logs, double seconds, double examplesPerSecond) implements EventDetail {}

    /** The rate in force changed. {@code by} is a callback's name, {@code command} or {@code optimizer}. */
    record LearningRateChanged(double from, double to, String by) implements EventDetail {}

    /**
     * Learning rates were tried before training, and all of it taken back.
     *
     * @param by the callback
     * @param rates of the updates that were made
     * @param losses before each of them, smoothed
     * @param suggestion the rate to train with; null if the loss fell at none
     * @param applied whether training begins with it
     */
    record LearningRateTested(
            String by,
            List<Double> rates,
            List<Double> losses,
            @Nullable Double suggestion,
            boolean applied) implements EventDetail {}

    /** A callback acted or warned; on the wire its type is {@code callback}. {@code level} is info or warning. */
    record CallbackActed(String name, String level, String message) implements EventDetail {}

    /**
     * Something is wrong with the training and a person should look: what notifications are sent for.
     *
     * @param by the callback that saw it
     * @param kind for programs, in snake case: {@code loss_spike}, {@code divergence}, {@code rolled_back} …
     * @param message what was seen and what happens next, for people
     */
    record Alert(String by, String kind, String message) implements EventDetail {}

    /**
     * A callback measured something at the update that the envelope's step names, beside what updates and epochs log.
     *
     * @param by the callback
     * @param logs metric to value; curves by step
     */
    record MetricsLogged(String by, Map<String, Double> logs) implements EventDetail {}

    /**
     * A checkpoint was written and verified.
     *
     * @param kind {@code full} (training can go on from it) or {@code weights}
     * @param metrics the logs at that time
     * @param sha256 of the manifest, hex
     * @param tags those of {@code best} and {@code latest} that name this checkpoint from now on
     * @param by the callback that asked, or {@code trainer}
     */
    record CheckpointSaved(
            String name,
            String kind,
            Map<String, Double> metrics,
            long bytes,
            String sha256,
            List<String> tags,
            String by)
            implements EventDetail {}

    /** A checkpoint was removed by retention. */
    record CheckpointRemoved(String name) implements EventDetail {}

    /**
     * Weights were put back.
     *
     * @param what what they were put back from, such as {@code best weights} or a checkpoint's name
     * @param fromEpoch the epoch whose end they stem from
     */
    record Restored(String what, @Nullable Integer fromEpoch, String by) implements EventDetail {}

    /**
     * Training began with weights of another job or of an upload.
     *
     * @param from what they were taken from, for people
     * @param taken names of the tensors that were taken
     * @param notTaken each of the others, of either side, with the reason: {@code "6.bias: is missing"}
     */
    record WeightsLoaded(String from, List<String> taken, List<String> notTaken) implements EventDetail {}

    /**
     * A command took effect at the envelope's epoch and step.
     *
     * @param message what it did, for people
     * @param before what it changed, as it was: a number, a name or JSON; null where there is nothing to compare
     * @param after likewise, as it is from now on
     */
    record CommandApplied(
            String commandId,
            String command,
            String message,
            @Nullable String before,
            @Nullable String after) implements EventDetail {

        /** One that changed nothing that can be compared. */
        public CommandApplied(String commandId, String command, String message) {
            this(commandId, command, message, null, null);
        }
    }

    /** A command could not take effect. */
    record CommandRejected(String commandId, String command, String message) implements EventDetail {}

    /**
     * A callback keeps something to look at: JSON in a file of the job's folder, complete when this is told. One of the same
     * name and step takes the place of the one before.
     *
     * @param kind {@code histogram}, {@code image}, {@code table}, {@code graph} or {@code embedding}
     * @param name the callback's: artifacts of one name are a series by the envelope's step
     * @param file where it lies, below the job's folder
     * @param sha256 of the file, hex
     * @param keep of this name so many stay, the newest; older ones are gone from now on
     */
    record Artifact(String kind, String name, String file, long bytes, String sha256, int keep)
            implements EventDetail {}

    /** Where every callback of the spec stands from now on; told when the words change. */
    record CallbacksExplained(List<Explanation> callbacks) implements EventDetail {}

    /** A line for people. {@code level} is info, warning or error. */
    record Log(String level, String message) implements EventDetail {}

    /** The loop ended; train-end callbacks have run. */
    record TrainEnd(int epochsRun, double seconds) implements EventDetail {}
}
