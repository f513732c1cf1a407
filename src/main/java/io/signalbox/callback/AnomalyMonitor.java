package io.signalbox.callback;

import io.signalbox.event.EventDetail.Alert;
import io.signalbox.spec.schema.Described;
import io.signalbox.spec.schema.Param;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Map.Entry;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Tells alerts and changes nothing: a loss that jumps, diverges or is not finite, by batches; a metric that does not move
 * and a validation loss that leaves the training loss behind, by epochs. Each is told once and again only after it was over.
 */
final class AnomalyMonitor implements Callback {

    private static final String LOSS = "loss";
    private static final String VAL_LOSS = "val_loss";
    private static final String DEAD = "dead_metric:";
    private static final String OVERFITTING = "overfitting";

    @Described("Alerts when the loss jumps or diverges, a metric does not move, or the model overfits")
    record Params(
            @Param(
                    value = "Deviations above the median of the window that are a jump of the loss; 0 for never",
                    unit = "deviations",
                    defaultValue = "8",
                    min = 0,
                    max = 1_000_000)
            double spikeThreshold,

            @Param(
                    value = "How many times its lowest median the loss' median may be; 0 for any",
                    defaultValue = "3",
                    min = 0,
                    max = 1_000_000)
            double divergenceFactor,

            @Param(
                    value = "Batches that a jump is judged by",
                    unit = "batches",
                    defaultValue = "50",
                    min = 4,
                    max = 10_000)
            int window,

            @Param(
                    value = "Epochs with the very same value after which a metric is dead; 0 for never",
                    unit = "epochs",
                    defaultValue = "5",
                    min = 0,
                    max = 100_000)
            int deadEpochs,

            @Param(
                    value = "Share of loss by which val_loss may be above it; 0 for any",
                    defaultValue = "0.3",
                    min = 0,
                    max = 1_000_000)
            double overfittingGap,

            @Param(
                    value = "Epochs in a row, each with val_loss no better than its best, after which the gap counts",
                    unit = "epochs",
                    defaultValue = "3",
                    min = 1,
                    max = 100_000)
            int overfittingEpochs) {}

    private record Still(double value, int epochs) {}

    private final String name;
    private final Params params;
    private final LossWindow losses;
    private final Set<String> open = new TreeSet<>();
    private final Map<String, Still> still = new LinkedHashMap<>();
    private double bestValidation = Double.POSITIVE_INFINITY;
    private int behind;
    private int alerts;

    AnomalyMonitor(String name, Params params) {
        this.name = name;
        this.params = params;
        this.losses = new LossWindow(params.window());
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
        losses.clear();
        open.clear();
        still.clear();
        bestValidation = Double.POSITIVE_INFINITY;
        behind = 0;
        alerts = 0;
    }

    @Override
    public void onTrainBatchEnd(int batch, Logs logs, Run run) {
        OptionalDouble logged = run.stepLogs().get(LOSS);
        if (logged.isEmpty()) {
            return;
        }
        double loss = logged.getAsDouble();
        String kind = LossFaults.kind(loss, losses, params.spikeThreshold(), params.divergenceFactor());
        for (String known : Set.of(LossFaults.NOT_FINITE, LossFaults.SPIKE, LossFaults.DIVERGENCE)) {
            if (!known.equals(kind)) {
                open.remove(known);
            }
        }
        if (kind != null) {
            tell(kind, kind, LossFaults.describe(kind, loss, losses), run);
        }
        if (Double.isFinite(loss)) {
            losses.add(loss); // a level that lasts becomes the usual one, and then no jump
        }
    }

    @Override
    public void onEpochEnd(int epoch, Logs logs, Run run) {
        logs.toMap().entrySet().stream()
                .filter(metric -> !metric.getKey().equals(LearningRateScheduler.LOGGED))
                .forEach(metric -> lookForDeath(metric, run));
        logs.get(VAL_LOSS).ifPresent(validation -> lookForOverfitting(logs.get(LOSS), validation, run));
    }

    private void lookForDeath(Entry<String, Double> metric, Run run) {
        String metricName = metric.getKey();
        double value = metric.getValue();
        Still before = still.get(metricName);
        int epochs = before != null && Double.compare(before.value(), value) == 0 ? before.epochs() + 1 : 1;
        still.put(metricName, new Still(value, epochs));
        if (epochs == 1) {
            open.remove(DEAD + metricName);
        } else if (params.deadEpochs() > 0 && epochs >= params.deadEpochs() && Double.isFinite(value)) {
            String what = metricName + " has been " + Numbers.brief(value) + " for " + epochs + " epochs";
            tell(DEAD + metricName, "dead_metric", what, run);
        }
    }

    private void lookForOverfitting(OptionalDouble training, double validation, Run run) {
        double bound = training.orElse(Double.NaN) * (1 + params.overfittingGap());
        boolean apart = params.overfittingGap() > 0 && validation > bound && validation >= bestValidation;
        bestValidation = Math.min(bestValidation, validation);
        behind = apart ? behind + 1 : 0;
        if (behind == 0) {
            open.remove(OVERFITTING);
        } else if (behind >= params.overfittingEpochs()) {
            String what = "val_loss " + Numbers.brief(validation) + " is above loss "
                    + Numbers.brief(training.orElse(Double.NaN)) + " and has been no better than "
                    + Numbers.brief(bestValidation) + " for " + behind + " epochs";
            tell(OVERFITTING, OVERFITTING, what, run);
        }
    }

    private void tell(String episode, String kind, String message, Run run) {
        if (open.add(episode)) {
            alerts++;
            run.emit(new Alert(name, kind, message));
        }
    }

    @Override
    public String explain(Run run) {
        String now = open.isEmpty() ? "nothing is wrong now" : "now: " + String.join(", ", open);
        return alerts + " alerts so far; " + now;
    }

    @Override
    public ObjectNode state() {
        ObjectNode state = Callback.super.state();
        losses.keep(state);
        ArrayNode episodes = state.putArray("open");
        open.forEach(episodes::add);
        ObjectNode values = state.putObject("still");
        still.forEach((metric, value) -> values.putObject(metric)
                .put("value", Double.toString(value.value()))
                .put("epochs", value.epochs()));
        state.put("behind", behind).put("alerts", alerts);
        Numbers.put(state, "best_validation", bestValidation);
        return state;
    }

    @Override
    public void restore(ObjectNode state) {
        losses.restore(state);
        open.clear();
        state.get("open").forEach(episode -> open.add(episode.asString()));
        still.clear();
        state.get("still")
                .properties()
                .forEach(metric -> still.put(
                        metric.getKey(),
                        new Still(
                                Double.parseDouble(
                                        metric.getValue().get("value").asString()),
                                metric.getValue().get("epochs").asInt())));
        behind = state.get("behind").asInt();
        alerts = state.get("alerts").asInt();
        bestValidation = Double.parseDouble(state.get("best_validation").asString());
    }
}
