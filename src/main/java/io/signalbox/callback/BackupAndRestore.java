package io.signalbox.callback;

import io.signalbox.spec.schema.Described;
import io.signalbox.spec.schema.Param;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Keeps a backup from which a job that died goes on, as {@code keras.callbacks.BackupAndRestore} does. A job that goes on
 * restores itself, from its newest full checkpoint of whatever name. Where no callback of this type is in the spec, {@link
 * BackupByTime} does its work.
 */
final class BackupAndRestore implements Callback {

    /** Keras' arguments and defaults. */
    @Described(
            "Keeps backups from which the job goes on after a crash; without it there is one every few seconds at most")
    record Params(
            @Param(value = "Taken as Keras takes it; backups lie among the job's checkpoints", maxLength = 200)
            @Nullable
            String backupDir,

            @Param(
                    value = "Batches between two backups, counted on over epochs, or epoch for one after every epoch",
                    unit = "batches",
                    min = 1,
                    max = 1_000_000_000,
                    orWord = "epoch")
            @Nullable
            Integer saveFreq,

            @Param(value = "Keep the backup before the newest too", defaultValue = "false")
            boolean doubleCheckpoint,

            @Param(
                    value = "Remove the backups when training has ended; the final checkpoint stays",
                    defaultValue = "true")
            boolean deleteCheckpoint) {}

    private final String name;
    private final Params params;
    private int batchesSinceSave;

    BackupAndRestore(String name, Params params) {
        this.name = name;
        this.params = params;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void onTrainBegin(Run run) {
        batchesSinceSave = 0;
    }

    @Override
    public void onTrainBatchEnd(int batch, Logs logs, Run run) {
        if (params.saveFreq() != null && ++batchesSinceSave >= params.saveFreq()) {
            batchesSinceSave = 0;
            backUp(run);
        }
    }

    @Override
    public void onEpochEnd(int epoch, Logs logs, Run run) {
        if (params.saveFreq() == null) {
            backUp(run);
        }
    }

    private void backUp(Run run) {
        run.backUp(params.doubleCheckpoint() ? 2 : 1, name);
    }

    @Override
    public void onTrainEnd(Logs logs, Run run) {
        if (params.deleteCheckpoint()) {
            run.removeBackups();
        }
    }

    @Override
    public String explain(Run run) {
        return params.saveFreq() == null
                ? "backs up after every epoch"
                : "backs up after every " + params.saveFreq() + " batches, the next in "
                        + (params.saveFreq() - batchesSinceSave);
    }

    @Override
    public ObjectNode state() {
        return Callback.super.state().put("batches_since_save", batchesSinceSave);
    }

    @Override
    public void restore(ObjectNode state) {
        batchesSinceSave = state.get("batches_since_save").asInt();
    }
}
