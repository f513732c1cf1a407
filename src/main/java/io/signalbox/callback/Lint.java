package io.signalbox.callback;

import io.signalbox.spec.CallbackSpec;
import io.signalbox.spec.JobSpec;
import io.signalbox.spec.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Finds callbacks that are allowed but will hardly do what was meant. Looks at each by itself; what only several together do
 * wrong is {@link LintTogether}'s.
 */
public final class Lint {

    private static final String VALIDATION = "val_";
    private static final String LOGGED_RATE = LearningRateScheduler.LOGGED;
    private static final int MANY_CHECKPOINTS = 200;

    private final JobSpec spec;
    private final Set<String> metrics;
    private final boolean validation;
    private final long steps;
    private final List<Problem> warnings = new ArrayList<>();

    private Lint(JobSpec spec, Set<String> metrics, boolean validation, int stepsPerEpoch) {
        this.spec = spec;
        this.metrics = new TreeSet<>(metrics);
        this.validation = validation;
        this.steps = (long) spec.epochs() * stepsPerEpoch;
    }

    /**
     * Warnings about the callbacks of a checked spec.
     *
     * @param metricNames what an epoch logs, {@code loss} and {@code val_} names included
     * @param validation whether there is validation data
     */
    public static List<Problem> check(JobSpec spec, Set<String> metricNames, boolean validation, int stepsPerEpoch) {
        Lint lint = new Lint(spec, metricNames, validation, stepsPerEpoch);
        for (int i = 0; i < spec.callbacks().size(); i++) {
            lint.look(new Finding(spec.callbacks().get(i), i, lint.warnings));
        }
        LintTogether.look(spec.callbacks(), lint.warnings);
        return lint.warnings;
    }

    /** A callback that is looked at, and where to tell what is found. */
    record Finding(CallbackSpec callback, int index, List<Problem> warnings) {

        void warn(String parameter, String code, String detail) {
            String pointer = "#/callbacks/" + index + (parameter.isEmpty() ? "" : "/" + parameter);
            warnings.add(new Problem(pointer, code, detail));
        }

        boolean is(String type) {
            return callback.type().equals(type);
        }

        boolean has(String parameter) {
            return callback.params().has(parameter);
        }

        boolean flag(String parameter) {
            return callback.params().path(parameter).asBoolean(false);
        }

        String text(String parameter) {
            return callback.params().path(parameter).asString("");
        }

        int integer(String parameter) {
            return callback.params().path(parameter).asInt(0);
        }

        double number(String parameter) {
            return callback.params().path(parameter).asDouble(0);
        }

        boolean perBatch() {
            return callback.params().path("save_freq").isIntegralNumber();
        }
    }

    private void look(Finding callback) {
        boolean ranks = !callback.is("CheckpointRetention") || callback.has("keep_best");
        if (callback.has("monitor") && ranks) {
            monitor(callback);
        }
        switch (callback.callback().type()) {
            case "EarlyStopping" -> earlyStopping(callback);
            case "ReduceLROnPlateau" -> plateau(callback);
            case "LearningRateScheduler" -> metrics.add(LOGGED_RATE);
            case "LambdaCallback" -> ownMetrics(callback);
            case "ModelCheckpoint" -> checkpoint(callback);
            case "BackupAndRestore" -> {
                frequency(callback, "backs up nothing");
                ignored(callback, "backup_dir", "backups lie among the job's checkpoints");
            }
            case "TensorBoard" -> ignored(callback, "log_dir", "files lie in tensorboard/ in the job's folder");
            default -> {
                // nothing to say about the others
            }
        }
    }

    /** What it logs is there for those after it. */
    private void ownMetrics(Finding lambda) {
        for (JsonNode action : lambda.callback().params().path("do")) {
            if (action.has("log_metric")) {
                metrics.add(action.path("log_metric").path("name").asString());
            }
        }
    }

    /** Which mode a metric wants; null for one that has no better direction. */
    private static @Nullable String mode(String metric) {
        if (metric.equals("loss")) {
            return "min";
        }
        Metric.Direction direction = Metric.named(metric).direction();
        return direction == null ? null : direction.name().toLowerCase(Locale.ROOT);
    }

    private void monitor(Finding callback) {
        String monitor = callback.text("monitor");
        // It logs the rate itself, before it looks.
        boolean ownRate = monitor.equals(LOGGED_RATE) && callback.is("ReduceLROnPlateau");
        if (!metrics.contains(monitor) && !ownRate) {
            String remedy = monitor.startsWith(VALIDATION) && !validation
                    ? "there is no validation data; set data.validation_split or monitor a training metric"
                    : "monitor one of " + String.join(", ", metrics);
            callback.warn(
                    "monitor",
                    "monitor.missing",
                    "'" + Problem.echo(monitor) + "' will not be logged" + effect(callback) + ": " + remedy);
        } else if (monitor.equals(LOGGED_RATE) && callback.text("mode").equals("auto")) {
            callback.warn(
                    "mode",
                    "monitor.direction",
                    "a learning rate has no better direction, so the job will fail: set mode to min or max");
        }
        String name = monitor.startsWith(VALIDATION) ? monitor.substring(VALIDATION.length()) : monitor;
        String natural = mode(name);
        if (natural != null
                && !callback.text("mode").equals("auto")
                && !callback.text("mode").equals(natural)) {
            callback.warn(
                    "mode",
                    "mode.contrary",
                    "takes the worst '" + monitor + "' for the best: set mode to " + natural + " or auto");
        }
    }

    private static String effect(Finding callback) {
        return callback.flag("save_best_only") && callback.flag("keras_compatible")
                ? ", and every epoch will be saved for want of it"
                : "";
    }

    private void earlyStopping(Finding callback) {
        patience(callback, callback.integer("start_from_epoch"), "stops nothing");
        if (callback.integer("patience") == 0) {
            callback.warn(
                    "patience",
                    "patience.zero",
                    "stops at the first epoch that is no better than the best before: set patience to the epochs that"
                            + " a lull may last");
        }
    }

    private void plateau(Finding callback) {
        patience(callback, 0, "reduces nothing");
        double lowest = callback.number("min_lr");
        if (lowest >= spec.optimizer().learningRate()) {
            callback.warn(
                    "min_lr",
                    "min_lr.rate",
                    "is not below the optimizer's rate of "
                            + Numbers.brief(spec.optimizer().learningRate())
                            + ", so there is nothing to reduce: set a lower min_lr");
        } else if (callback.number("factor") == 0 && lowest == 0) {
            callback.warn(
                    "factor",
                    "factor.zero",
                    "makes the rate 0 at the first plateau, and nothing is learnt from then on: set min_lr or a factor");
        }
        metrics.add(LOGGED_RATE);
    }

    private void patience(Finding callback, int from, String effect) {
        int patience = callback.integer("patience");
        if (from + patience >= spec.epochs()) {
            callback.warn(
                    "patience",
                    "patience.epochs",
                    "a patience of " + patience + (from > 0 ? " from epoch " + from : "") + " " + effect + " in "
                            + spec.epochs() + " epochs: lower it, or train for more epochs");
        }
    }

    private void checkpoint(Finding callback) {
        frequency(callback, "saves nothing");
        String monitor = callback.text("monitor");
        boolean bestOnly = callback.flag("save_best_only");
        if (callback.perBatch() && bestOnly && monitor.startsWith(VALIDATION)) {
            callback.warn(
                    "save_freq",
                    "checkpoint.late_metric",
                    "'" + Problem.echo(monitor)
                            + "' is logged at the end of an epoch, checkpoints are made after batches: "
                            + (callback.flag("keras_compatible") ? "all of them will be saved" : "none will be saved")
                            + ", not the best only; leave save_freq out or monitor a training metric");
        }
        if (!bestOnly && callback.has("initial_value_threshold")) {
            callback.warn(
                    "initial_value_threshold",
                    "threshold.unused",
                    "counts only with save_best_only, which is false: set that too or leave it out");
        }
        List<String> fields = new CheckpointTemplate(callback.text("filepath")).fields();
        fields.stream().filter(field -> !isKnown(field, callback)).forEach(field -> unknown(field, callback));
        long saves = callback.perBatch() ? steps / callback.integer("save_freq") : spec.epochs();
        boolean each = !callback.has("filepath") || fields.contains(callback.perBatch() ? "batch" : "epoch");
        if (!bestOnly && each && saves > MANY_CHECKPOINTS && !hasRetention()) {
            callback.warn(
                    "save_freq",
                    "checkpoint.many",
                    "keeps " + saves + " checkpoints: set save_best_only or a larger save_freq, or add a"
                            + " CheckpointRetention");
        }
    }

    private boolean hasRetention() {
        return spec.callbacks().stream().anyMatch(other -> other.type().equals("CheckpointRetention"));
    }

    private boolean isKnown(String field, Finding callback) {
        return field.equals("epoch")
                || (callback.perBatch() && field.equals("batch"))
                || (metrics.contains(field) && !(callback.perBatch() && field.startsWith(VALIDATION)));
    }

    private void unknown(String field, Finding callback) {
        callback.warn(
                "filepath",
                "template.missing",
                "'" + Problem.echo(field) + "' is not known when the checkpoint is named, and the job will fail there: "
                        + (field.equals("batch") ? "set save_freq to a number of batches" : "take it out of the name"));
    }

    private void frequency(Finding callback, String effect) {
        if (callback.perBatch() && callback.integer("save_freq") > steps) {
            callback.warn(
                    "save_freq",
                    "save_freq.steps",
                    effect + " in the " + steps + " batches of this job: lower it or set it to epoch");
        }
    }

    private static void ignored(Finding callback, String parameter, String instead) {
        if (callback.has(parameter)) {
            callback.warn(parameter, "argument.ignored", "is not used, " + instead + ": leave it out");
        }
    }
}
