package io.signalbox.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.callback.Callback;
import io.signalbox.callback.Callbacks;
import io.signalbox.callback.Logs;
import io.signalbox.callback.Mailbox;
import io.signalbox.callback.Run;
import io.signalbox.checkpoint.CheckpointFolder;
import io.signalbox.checkpoint.Manifest;
import io.signalbox.checkpoint.MortalFolder;
import io.signalbox.checkpoint.Safetensors;
import io.signalbox.checkpoint.Tensor;
import io.signalbox.data.TrainingData;
import io.signalbox.event.EventDetail.Alert;
import io.signalbox.event.EventDetail.EpochEnd;
import io.signalbox.event.EventDetail.LearningRateChanged;
import io.signalbox.event.EventDetail.Restored;
import io.signalbox.event.Outcome;
import io.signalbox.spec.CallbackSpec;
import io.signalbox.spec.CheckedSpec;
import io.signalbox.spec.OptimizerSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A real training that diverges, and what Rollback makes of it. */
class RollbackTest {

    private static final JsonMapper JSON = new JsonMapper();
    private static final int EXAMPLES = 48;
    private static final int BATCH = 8;
    private static final int STEPS_PER_EPOCH = 6;
    private static final OptimizerSpec.Sgd USUAL = new OptimizerSpec.Sgd(0.05, 0.9, 0, false, 0, null, null);
    private static final OptimizerSpec.Sgd FAR_TOO_LARGE = new OptimizerSpec.Sgd(1e38, 0, 0, false, 0, null, null);

    @TempDir
    Path folder;

    private final TrainingData data = Jobs.images(EXAMPLES, 12, "aa");
    private final List<Jobs.Told> told = new ArrayList<>();

    @Test
    void recoversFromALearningRateThatIsFarTooLargeThoughTerminateOnNaNIsThere() throws IOException {
        List<Callback> callbacks = new ArrayList<>(create("Rollback", "{\"factor\": 5e-40}"));
        callbacks.addAll(create("TerminateOnNaN", "{}"));

        Training.Result result = train(4, FAR_TOO_LARGE, callbacks, folder, null);

        assertThat(result.outcome()).isEqualTo(Outcome.FINISHED);
        assertThat(Jobs.only(Alert.class, told)).extracting(Alert::kind).containsExactly("loss_not_finite");
        assertThat(Jobs.only(Restored.class, told)).extracting(Restored::what).containsExactly("checkpoint rollback-0");
        assertThat(Jobs.only(LearningRateChanged.class, told))
                .singleElement()
                .satisfies(
                        change -> assertThat(change.to()).isCloseTo(0.05, org.assertj.core.data.Offset.offset(1e-9)));
        List<EpochEnd> epochs = Jobs.only(EpochEnd.class, told);
        assertThat(epochs)
                .hasSize(4)
                .allSatisfy(epoch -> assertThat(epoch.logs().get("loss")).isFinite());
        assertThat(epochs.get(3).logs().get("loss"))
                .isLessThan(epochs.get(0).logs().get("loss"));
        assertThat(weights("final"))
                .allSatisfy(tensor -> assertThat(tensor.isFinite()).isTrue());
    }

    @Test
    void goesPastACheckpointThatWasPoisonedBeforeTheLossShowedIt() {
        List<Callback> callbacks = new ArrayList<>(create("Rollback", "{\"save_freq\": 7}"));
        callbacks.add(new Saboteur(20, -1));

        train(5, USUAL, callbacks, folder, null);

        // The update of step 20 ruins the weights, the checkpoint after it holds them, the loss of step 21 shows it.
        assertThat(Jobs.only(Restored.class, told))
                .extracting(Restored::what)
                .containsExactly("checkpoint rollback-14");
        assertThat(told)
                .filteredOn(event -> event.detail() instanceof Restored)
                .extracting(Jobs.Told::step)
                .containsExactly(22L);
        assertThat(Jobs.only(EpochEnd.class, told)).hasSize(5);
    }

    @Test
    void stopsWithAnAlertWhenNoRollBackIsLeftAndKeepsTheLastGoodWeights() throws IOException {
        Training.Result result =
                train(4, FAR_TOO_LARGE, create("Rollback", "{\"factor\": 1, \"max_rollbacks\": 2}"), folder, null);

        assertThat(result.outcome()).isEqualTo(Outcome.TERMINATED_ON_NAN);
        assertThat(result.reason()).contains("after 2 roll-backs");
        assertThat(Jobs.only(Alert.class, told))
                .extracting(Alert::kind)
                .containsExactly("loss_not_finite", "loss_not_finite", "loss_not_finite", "rollbacks_exhausted");
        assertThat(weights("final"))
                .allSatisfy(tensor -> assertThat(tensor.isFinite()).isTrue());
    }

    @Test
    void leavesNoCheckpointOfItsOwnBehind() {
        train(2, USUAL, create("Rollback", "{}"), folder, null);

        assertThat(folder.resolve("checkpoints")).isDirectoryNotContaining("glob:**rollback-*");
    }

    @Test
    void aRunThatWasKilledBetweenTwoRollBacksEndsWithTheSameWeights() throws IOException {
        Path whole = Files.createDirectory(folder.resolve("whole"));
        Path killed = Files.createDirectory(folder.resolve("killed"));
        train(6, USUAL, sabotaged(-1), whole, null);
        List<String> events = steering();
        told.clear();
        assertThatThrownBy(() -> train(6, USUAL, sabotaged(19), killed, null)).hasMessage("killed");
        Manifest newest = new CheckpointFolder(killed.resolve("checkpoints"))
                .newestFull(broken -> {})
                .orElseThrow();
        long from = newest.facts().step();
        told.removeIf(event -> event.step() > from);

        train(6, USUAL, sabotaged(-1), killed, newest.name());

        assertThat(from).isGreaterThan(10);
        assertThat(steering()).isEqualTo(events).hasSize(6);
        assertThat(killed.resolve("checkpoints/final/model.safetensors"))
                .hasSameBinaryContentAs(whole.resolve("checkpoints/final/model.safetensors"));
        assertThat(killed.resolve("checkpoints/final/optimizer.safetensors"))
                .hasSameBinaryContentAs(whole.resolve("checkpoints/final/optimizer.safetensors"));
    }

    @Test
    void whereverItDiesThereIsAllThatTheNewestCheckpointWouldGoBackTo() {
        Path checkpoints = folder.resolve("checkpoints");
        AtomicBoolean ends = new AtomicBoolean();
        Set<String> seen = ConcurrentHashMap.newKeySet();
        CheckpointFolder watched = MortalFolder.of(checkpoints, () -> {
            if (!ends.get()) {
                goodOnes(checkpoints)
                        .forEach(name ->
                                seen.add(name + (Files.isDirectory(checkpoints.resolve(name)) ? "" : " is gone")));
            }
        });
        List<Callback> callbacks = new ArrayList<>(List.of(new TrainEnd(ends)));
        callbacks.addAll(create("Rollback", "{\"save_freq\": 4}"));

        Training.run(
                new Training.Setup(
                        Jobs.cnn(5, BATCH, USUAL, EXAMPLES),
                        data,
                        callbacks,
                        folder,
                        null,
                        null,
                        (epoch, step, detail) -> {}),
                watched);

        assertThat(seen)
                .contains("rollback-0", "rollback-4", "rollback-24")
                .noneMatch(name -> name.endsWith(" is gone"));
    }

    /** Tells that training has ended. */
    private record TrainEnd(AtomicBoolean reached) implements Callback {

        @Override
        public String name() {
            return "train-end";
        }

        @Override
        public void onTrainEnd(Logs logs, Run run) {
            reached.set(true);
        }
    }

    @Test
    void aJobThatHadEndedAndGoesOnForMoreEpochsGoesBackToWhatItWentOnFrom() {
        train(1, USUAL, create("Rollback", "{}"), folder, null);
        List<Callback> callbacks = create("Rollback", "{}");
        callbacks.add(new Saboteur(STEPS_PER_EPOCH + 1, -1));
        told.clear();

        Training.Result result = train(3, USUAL, callbacks, folder, "final");

        assertThat(result.outcome()).isEqualTo(Outcome.FINISHED);
        assertThat(Jobs.only(Restored.class, told)).extracting(Restored::what).containsExactly("checkpoint latest");
    }

    /** Those that a run that goes on from the newest checkpoint takes for good. */
    private static List<String> goodOnes(Path checkpoints) {
        return new CheckpointFolder(checkpoints)
                .newestFull(broken -> {})
                .map(newest -> JSON.readTree(checkpoints.resolve(newest.name() + "/state.json"))
                        .findValue("good")
                        .valueStream()
                        .map(JsonNode::stringValue)
                        .toList())
                .orElse(List.of());
    }

    private static List<Callback> sabotaged(int killAt) {
        List<Callback> callbacks = new ArrayList<>(create("Rollback", "{\"save_freq\": 4}"));
        callbacks.add(new Saboteur(7, killAt));
        callbacks.add(new Saboteur(25, -1));
        return callbacks;
    }

    /** Alerts, restored weights and rates with their steps. */
    private List<String> steering() {
        return told.stream()
                .filter(event -> event.detail() instanceof Alert
                        || event.detail() instanceof Restored
                        || (event.detail() instanceof LearningRateChanged change
                                && change.by().equals("rollback")))
                .map(event -> event.step() + " " + event.detail())
                .toList();
    }

    private Training.Result train(
            int epochs, OptimizerSpec optimizer, List<Callback> callbacks, Path directory, String resumeFrom) {
        CheckedSpec spec = Jobs.cnn(epochs, BATCH, optimizer, EXAMPLES);
        assertThat(spec.stepsPerEpoch()).isEqualTo(STEPS_PER_EPOCH);
        List<Callback> all = new ArrayList<>(callbacks);
        all.addAll(new Callbacks()
                .forRun(List.of(), new Callbacks.Surroundings(new Mailbox(), 1, null, System::nanoTime)));
        return Jobs.run(spec, data, all, directory, resumeFrom, told);
    }

    private List<Tensor> weights(String checkpoint) throws IOException {
        return List.copyOf(Safetensors.read(folder.resolve("checkpoints/" + checkpoint + "/model.safetensors"))
                .values());
    }

    static List<Callback> create(String type, String params) {
        return new Callbacks()
                .create(List.of(new CallbackSpec(
                        type, type.toLowerCase(java.util.Locale.ROOT), (ObjectNode) JSON.readTree(params))));
    }

    /** Makes one update with a rate that ruins the weights, and may end the process before another. */
    private record Saboteur(int step, int killAt) implements Callback {

        @Override
        public String name() {
            return "saboteur-" + step;
        }

        @Override
        public void onTrainBatchBegin(int batch, Run run) {
            if (run.step() == killAt) {
                throw new StackOverflowError("killed");
            }
            if (run.step() == step) {
                run.learningRate().set(1e38, name());
            } else if (run.step() == step + 1) {
                run.learningRate().set(0.05, name());
            }
        }
    }
}
