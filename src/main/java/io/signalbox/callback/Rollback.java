package io.signalbox.callback;

import io.signalbox.event.EventDetail.Alert;
import io.signalbox.event.EventDetail.CallbackActed;
import io.signalbox.event.EventDetail.Restored;
import io.signalbox.event.Outcome;
import io.signalbox.spec.schema.Described;
import io.signalbox.spec.schema.Param;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Goes back to the last good checkpoint when the loss of a batch is not finite, jumps or has grown, cuts the learning rate
 * for good, and goes on with the next batch: those since the checkpoint are left out. Counters do not go back, and nothing
 * that was told is void. The batch is taken out of the epoch's means, so that a TerminateOnNaN that comes after in the list
 * does not see it. Monitors of other callbacks stay as they are.
 *
 * <p>It keeps full checkpoints of its own, the one at the start and the last two: when the loss is known to be bad, the
 * newest may hold weights that are bad already. One whose very next batch is bad is passed over, and a second roll-back
 * without a new one in between goes to the one before.
 */
final class Rollback implements Callback {

    /** How its checkpoints are named, their step behind it. */
    static final String PREFIX = "rollback-";

    /** A job that had ended, its own checkpoints removed, and goes on for more epochs has only the one it goes on from. */
    private static final String NEWEST = "latest";

    private static final int KEPT_BESIDE_START = 2;

    @Described("Goes back to the last good weights when the loss is not finite, jumps or diverges, with a lower rate")
    record Params(
            @Param(
                    value = "What the learning rate is multiplied by at each roll-back, for good",
                    defaultValue = "0.5",
                    min = 0,
                    exclusiveMin = true,
                    max = 1)
            double factor,

            @Param(
                    value = "Roll-backs after which training stops",
                    unit = "roll-backs",
                    defaultValue = "3",
                    min = 1,
                    max = 1000)
            int maxRollbacks,

            @Param(
                    value = "Batches between two checkpoints to go back to, or epoch for one after every epoch",
                    unit = "batches",
                    min = 1,
                    max = 1_000_000_000,
                    orWord = "epoch")
            @Nullable
            Integer saveFreq,

            @Param(
                    value = "Deviations above the median of the window that are a jump of the loss; 0 for never",
                    unit = "deviations",
                    defaultValue = "10",
                    min = 0,
                    max = 1_000_000)
            double spikeThreshold,

            @Param(
                    value = "How many times its lowest median the loss' median may be; 0 for any",
                    defaultValue = "4",
                    min = 0,
                    max = 1_000_000)
            double divergenceFactor,

            @Param(
                    value = "Batches that a jump is judged by",
                    unit = "batches",
                    defaultValue = "50",
                    min = 4,
                    max = 10_000)
            int window) {}

    private final String name;
    private final Params params;
    private final LossWindow losses;
    private final List<String> good = new ArrayList<>();

    /** Good ones whose place the newest took: they stay until it is on the disk. */
    private final List<String> replaced = new ArrayList<>();

    private int done;
    private boolean newestUsed;
    private int batchesSinceSave;
    private long lastRollback;

    Rollback(String name, Params params) {
        this.name = name;
        this.params = params;
        this.losses = new LossWindow(params.window());
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void onTrainBegin(Run run) {
        losses.clear();
        good.clear();
        done = 0;
        newestUsed = false;
        batchesSinceSave = 0;
        lastRollback = -1;
        save(run);
    }

    @Override
    public void onTrainBatchEnd(int batch, Logs logs, Run run) {
        double loss = run.stepLogs().get("loss").orElse(0);
        String kind = LossFaults.kind(loss, losses, params.spikeThreshold(), params.divergenceFactor());
        if (kind != null && run.stopRequest() == null) {
            rollBack(kind, loss, logs, run);
            return;
        }
        losses.add(loss);
        batchesSinceSave++;
        if (params.saveFreq() != null && batchesSinceSave >= params.saveFreq()) {
            save(run);
        }
    }

    @Override
    public void onEpochEnd(int epoch, Logs logs, Run run) {
        if (params.saveFreq() == null && batchesSinceSave > 0) {
            save(run);
        }
    }

    private void save(Run run) {
        String checkpoint = PREFIX + run.step();
        good.remove(checkpoint);
        good.add(0, checkpoint);
        replaced.clear();
        while (good.size() > KEPT_BESIDE_START + 1) {
            replaced.add(good.remove(KEPT_BESIDE_START));
        }
        batchesSinceSave = 0;
        newestUsed = false;
        run.saveCheckpoint(
                new CheckpointRequest(checkpoint, false, false, run.stepLogs().toMap(), name));
    }

    /** Now that a new one is on the disk, older ones can go: not those that a run that goes on from just this one needs. */
    @Override
    public void onCheckpointSaved(SavedCheckpoint saved, Run run) {
        if (good.contains(saved.name())) {
            List<String> needed = new ArrayList<>(good);
            needed.addAll(replaced);
            removeAllBut(needed, run);
        }
    }

    @Override
    public void onTrainEnd(Logs logs, Run run) {
        removeAllBut(List.of(), run);
    }

    private static void removeAllBut(List<String> kept, Run run) {
        run.savedCheckpoints().stream()
                .map(SavedCheckpoint::name)
                .filter(checkpoint -> checkpoint.startsWith(PREFIX) && !kept.contains(checkpoint))
                .forEach(run::removeCheckpoint);
    }

    private void rollBack(String kind, double loss, Logs logs, Run run) {
        String what = LossFaults.describe(kind, loss, losses) + " at step " + (run.step() - 1);
        boolean exhausted = done >= params.maxRollbacks();
        run.emit(new Alert(name, kind, what + (exhausted ? ": no roll-back is left" : ": rolling back")));
        String checkpoint = goBack(logs, run);
        if (exhausted || checkpoint == null) {
            String why = exhausted
                    ? what + " after " + done + " roll-backs"
                    : what + ", and there is no good checkpoint to go back to";
            run.emit(new Alert(name, "rollbacks_exhausted", why + ": stopping"));
            Outcome outcome = Double.isFinite(loss) ? Outcome.ERROR : Outcome.TERMINATED_ON_NAN;
            run.stop(StopRequest.of(outcome, why, name));
            return;
        }
        done++;
        newestUsed = true;
        lastRollback = run.step();
        batchesSinceSave = 0;
        if (kind.equals(LossFaults.DIVERGENCE)) {
            losses.clear();
        }
        run.learningRate().scale(params.factor(), name);
        run.emit(new CallbackActed(
                name,
                "warning",
                "roll-back " + done + " of " + params.maxRollbacks() + ": the updates since " + checkpoint
                        + " are undone and their batches left out; the learning rate is "
                        + Numbers.brief(run.learningRate().value()) + " from here"));
    }

    /** Puts the newest good weights back that are not known to lead here again; null if there are none. */
    private @Nullable String goBack(Logs logs, Run run) {
        boolean newestGaveThisLoss = batchesSinceSave == 0;
        if ((newestUsed || newestGaveThisLoss) && good.size() > 1) {
            good.remove(0);
        }
        while (!good.isEmpty()) {
            if (goBackTo(good.get(0), logs, run)) {
                return good.get(0);
            }
            good.remove(0);
        }
        return goBackTo(NEWEST, logs, run) ? NEWEST : null;
    }

    private boolean goBackTo(String checkpoint, Logs logs, Run run) {
        Logs left = run.rollBack(checkpoint);
        if (left == null) {
            return false;
        }
        logs.set(left);
        run.emit(new Restored("checkpoint " + checkpoint, null, name));
        return true;
    }

    @Override
    public String explain(Run run) {
        String last = lastRollback < 0 ? "" : ", the last at step " + lastRollback;
        return done + " of " + params.maxRollbacks() + " roll-backs done" + last + "; would go back to "
                + (good.isEmpty() ? "nothing" : good.get(0)) + " if the loss is not finite, jumps or diverges";
    }

    @Override
    public ObjectNode state() {
        ObjectNode state = Callback.super.state();
        state.put("done", done)
                .put("newest_used", newestUsed)
                .put("batches_since_save", batchesSinceSave)
                .put("last_rollback", lastRollback);
        ArrayNode names = state.putArray("good");
        good.forEach(names::add);
        losses.keep(state);
        return state;
    }

    @Override
    public void restore(ObjectNode state) {
        done = state.get("done").asInt();
        newestUsed = state.get("newest_used").asBoolean();
        batchesSinceSave = state.get("batches_since_save").asInt();
        lastRollback = state.get("last_rollback").asLong();
        good.clear();
        state.get("good").forEach(checkpoint -> good.add(checkpoint.asString()));
        losses.restore(state);
    }
}
