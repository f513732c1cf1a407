package io.signalbox.callback;

import io.signalbox.callback.Monitor.Watch;
import io.signalbox.event.EventDetail.CallbackActed;
import io.signalbox.spec.schema.Constrained;
import io.signalbox.spec.schema.Described;
import io.signalbox.spec.schema.Param;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Asks for a checkpoint after every epoch or every so many batches, or only after the best ones, as {@code
 * keras.callbacks.ModelCheckpoint} does.
 */
final class ModelCheckpoint implements MonitorCallback {

    private static final String EVERY_EPOCH = "epoch-{epoch:03d}";
    private static final String ONLY_BEST = "best";

    /** What a run itself names so. */
    private static final List<String> RESERVED = List.of("final", "latest", "restored");

    /** How a run names what it saves by itself and removes again. */
    private static final String BACKUP = "backup-";

    /** Keras' arguments and defaults. */
    @Described("Saves a checkpoint after every epoch or every so many batches, or only when a metric is at its best")
    record Params(
            @Param(
                    value =
                            "Name of the checkpoint, with fields such as {epoch:03d} and {val_loss:.2f}; an extension is"
                                    + " dropped; by default epoch-{epoch:03d}, or best with save_best_only",
                    pattern = CheckpointTemplate.PATTERN,
                    maxLength = 200)
            @Nullable
            String filepath,

            @Param(
                    value = "Metric that says what is best, as it is logged",
                    defaultValue = "\"val_loss\"",
                    maxLength = 100)
            String monitor,

            @Param(
                    value = "Taken as Keras takes it; what happens is always told as an event",
                    defaultValue = "0",
                    min = 0,
                    max = 2)
            int verbose,

            @Param(value = "Save only what is better than all before", defaultValue = "false")
            boolean saveBestOnly,

            @Param(
                    value = "Save weights only: smaller, but training cannot go on from it exactly",
                    defaultValue = "false")
            boolean saveWeightsOnly,

            @Param(
                    value = "Whether less or more is better; auto asks the metric",
                    defaultValue = "\"auto\"",
                    oneOf = {"auto", "min", "max"})
            String mode,

            @Param(
                    value =
                            "Batches between two checkpoints, counted on over epochs, or epoch for one after every epoch",
                    unit = "batches",
                    min = 1,
                    max = 1_000_000_000,
                    orWord = "epoch")
            @Nullable
            Integer saveFreq,

            @Param("With save_best_only, nothing is saved that is not better than this") @Nullable
            Double initialValueThreshold,

            @Param(
                    value = "With save_best_only, Keras' way to the letter: a first value that is NaN is the best for"
                            + " ever, and an epoch without the metric is saved; false does neither",
                    defaultValue = "true")
            boolean kerasCompatible)
            implements Constrained {

        @Override
        public void check(Rules rules) {
            CheckpointTemplate name = new CheckpointTemplate(template());
            try {
                name.check();
            } catch (IllegalArgumentException e) {
                rules.broken("filepath", "format", String.valueOf(e.getMessage()));
            }
            checkNotReserved("filepath", name.text(), rules);
        }

        String template() {
            if (filepath != null) {
                return filepath;
            }
            return saveBestOnly ? ONLY_BEST : EVERY_EPOCH;
        }
    }

    /** Whether a run itself names checkpoints so. */
    static boolean isReserved(String checkpoint) {
        return RESERVED.contains(checkpoint) || checkpoint.startsWith(BACKUP) || checkpoint.startsWith(Rollback.PREFIX);
    }

    /** Tells a rule broken where a checkpoint of that name would be mistaken for the run's own. */
    static void checkNotReserved(String parameter, String checkpoint, Constrained.Rules rules) {
        if (isReserved(checkpoint)) {
            rules.broken(
                    parameter,
                    "name.reserved",
                    "must not be one of " + String.join(", ", RESERVED) + " and not begin with " + BACKUP + " or "
                            + Rollback.PREFIX + ": every run keeps these names for itself");
        }
    }

    private final String name;
    private final Params params;
    private final Monitor monitor;
    private final CheckpointTemplate template;
    private @Nullable Double best;
    private int bestEpoch;
    private int batchesSinceSave;

    ModelCheckpoint(String name, Params params) {
        this.name = name;
        this.params = params;
        this.monitor = new Monitor(
                name, new Watch(params.monitor(), params.mode(), 0, params.saveBestOnly() && params.kerasCompatible()));
        this.template = new CheckpointTemplate(params.template());
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public boolean replayable() {
        return true;
    }

    @Override
    public void onTrainBegin(Run run) {
        best = params.saveBestOnly() ? params.initialValueThreshold() : null;
        bestEpoch = 0;
        batchesSinceSave = 0;
    }

    /** The count runs on over the ends of epochs. */
    @Override
    public void onTrainBatchEnd(int batch, Logs logs, Run run) {
        if (params.saveFreq() != null && ++batchesSinceSave >= params.saveFreq()) {
            batchesSinceSave = 0;
            consider(run.epoch(), batch, logs, run);
        }
    }

    @Override
    public void onEpochEnd(int epoch, Logs logs, Run run) {
        monitor.direction(run);
        if (params.saveFreq() == null) {
            consider(epoch, null, logs, run);
        }
    }

    private void consider(int epoch, @Nullable Integer batch, Logs logs, Run run) {
        Map<String, Double> metrics = logs.toMap();
        String checkpoint = fill(epoch, batch, metrics);
        String file = template.file(epoch, batch, metrics);
        OptionalDouble current = params.saveBestOnly() ? monitor.value(logs, run) : logs.get(monitor.metric());
        // Without save_best_only a metric of unknown direction is told of at the epoch's end, as in Keras.
        boolean judged = current.isPresent() && (params.saveBestOnly() || monitor.hasDirection(run));
        boolean improved = judged && monitor.improves(current.getAsDouble(), best, run);
        if (improved) {
            tell(current.getAsDouble(), checkpoint, run);
            best = monitor.best(current.getAsDouble(), run);
            bestEpoch = epoch;
        }
        if (improved || !params.saveBestOnly() || (current.isEmpty() && params.kerasCompatible())) {
            run.saveCheckpoint(
                    new CheckpointRequest(checkpoint, params.saveWeightsOnly(), improved, metrics, name, file));
        }
    }

    private String fill(int epoch, @Nullable Integer batch, Map<String, Double> metrics) {
        try {
            return template.fill(epoch, batch, metrics);
        } catch (IllegalArgumentException e) {
            throw new CallbackException(name, String.valueOf(e.getMessage()));
        }
    }

    private void tell(double current, String checkpoint, Run run) {
        if (params.saveBestOnly()) {
            String from = best == null ? "is " : "improved from " + Numbers.brief(best) + " to ";
            run.emit(new CallbackActed(
                    name,
                    "info",
                    monitor.metric() + " " + from + Numbers.brief(current) + ": saving '" + checkpoint + "'"));
        }
    }

    @Override
    public String explain(Run run) {
        String when = params.saveFreq() == null
                ? "saves after every epoch"
                : "saves after every " + params.saveFreq() + " batches, the next in "
                        + (params.saveFreq() - batchesSinceSave);
        if (!params.saveBestOnly()) {
            return when;
        }
        Double threshold = params.initialValueThreshold();
        String standing = threshold != null && threshold.equals(best)
                ? "nothing better than the threshold " + Numbers.brief(threshold) + " yet"
                : monitor.explainBest(best, bestEpoch);
        return when + " that is the best; " + monitor.explain(run) + "; " + standing;
    }

    /** As in Keras, one that saves everything keeps what it was given as the best. */
    @Override
    public @Nullable Double best() {
        return params.saveBestOnly() ? best : params.initialValueThreshold();
    }

    @Override
    public ObjectNode state() {
        ObjectNode state = MonitorCallback.super.state();
        state.put("batches_since_save", batchesSinceSave).put("best_epoch", bestEpoch);
        Numbers.put(state, "best", best);
        monitor.keep(state);
        return state;
    }

    @Override
    public void restore(ObjectNode state) {
        batchesSinceSave = state.get("batches_since_save").asInt();
        bestEpoch = state.get("best_epoch").asInt();
        best = Numbers.get(state, "best");
        monitor.restore(state);
    }
}
