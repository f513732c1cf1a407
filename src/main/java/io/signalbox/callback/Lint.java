package io.signalbox.callback;

import io.signalbox.spec.CallbackSpec;
import io.signalbox.spec.JobSpec;
import io.signalbox.spec.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Finds callbacks that are allowed but will hardly do what was meant. */
public final class Lint {

    private static final String VALIDATION = "val_";
    private static final String LOGGED_RATE = LearningRateScheduler.LOGGED;

    private final JobSpec spec;
    private final Set<String> metrics;
    private final boolean validation;
    private final List<Problem> warnings = new ArrayList<>();

    private Lint(JobSpec spec, Set<String> metrics, boolean validation) {
        this.spec = spec;
        this.metrics = new TreeSet<>(metrics);
        this.validation = validation;
    }

    /**
     * Warnings about the callbacks of a checked spec.
     *
     * @param metricNames what an epoch logs, {@code loss} and {@code val_} names included
     * @param validation whether there is validation data
     */
    public static List<Problem> check(JobSpec spec, Set<String> metricNames, boolean validation) {
        Lint lint = new Lint(spec, metricNames, validation);
        for (int i = 0; i < spec.callbacks().size(); i++) {
            lint.look(i, spec.callbacks().get(i));
        }
        lint.compare();
        return lint.warnings;
    }

    private void look(int index, CallbackSpec callback) {
        boolean ranks = !callback.type().equals("CheckpointRetention")
                || callback.params().has("keep_best");
        if (callback.params().has("monitor") && ranks) {
            monitor(index, callback);
        }
        switch (callback.type()) {
            case "EarlyStopping" -> patience(index, integer(callback, "start_from_epoch"), "stops nothing");
            case "ReduceLROnPlateau" -> {
                patience(index, 0, "reduces nothing");
                metrics.add(LOGGED_RATE);
            }
            case "LearningRateScheduler" -> metrics.add(LOGGED_RATE);
            case "ModelCheckpoint" -> checkpoint(index, callback);
            default -> {
                // nothing to say about the others
            }
        }
    }

    private void monitor(int index, CallbackSpec callback) {
        String monitor = text(callback, "monitor");
        // It logs the rate itself, before it looks.
        boolean ownRate = monitor.equals(LOGGED_RATE) && callback.type().equals("ReduceLROnPlateau");
        if (!metrics.contains(monitor) && !ownRate) {
            String remedy = monitor.startsWith(VALIDATION) && !validation
                    ? "there is no validation data; set data.validation_split or monitor a training metric"
                    : "logged are " + String.join(", ", metrics);
            warn(index, "monitor", "monitor.missing", "'" + echo(monitor) + "' will not be logged: " + remedy);
        } else if (monitor.equals(LOGGED_RATE) && text(callback, "mode").equals("auto")) {
            warn(index, "mode", "monitor.direction", "a learning rate has no better direction: set mode to min or max");
        }
    }

    private void patience(int index, int from, String effect) {
        int patience = integer(spec.callbacks().get(index), "patience");
        if (from + patience >= spec.epochs()) {
            warn(
                    index,
                    "patience",
                    "patience.epochs",
                    "a patience of " + patience + (from > 0 ? " from epoch " + from : "") + " " + effect + " in "
                            + spec.epochs() + " epochs");
        }
    }

    private void checkpoint(int index, CallbackSpec callback) {
        boolean perBatch = callback.params().path("save_freq").isIntegralNumber();
        String monitor = text(callback, "monitor");
        if (perBatch && callback.params().path("save_best_only").asBoolean(false) && monitor.startsWith(VALIDATION)) {
            warn(
                    index,
                    "save_freq",
                    "checkpoint.late_metric",
                    "'" + echo(monitor)
                            + "' is logged at the end of an epoch, checkpoints are made after batches: all of"
                            + " them will be saved, not the best only");
        }
        for (String field : new CheckpointTemplate(text(callback, "filepath")).fields()) {
            boolean known = field.equals("epoch")
                    || (perBatch && field.equals("batch"))
                    || (metrics.contains(field) && !(perBatch && field.startsWith(VALIDATION)));
            if (!known) {
                warn(
                        index,
                        "filepath",
                        "template.missing",
                        "'" + echo(field) + "' is not known when the checkpoint is named: the job will fail there");
            }
        }
    }

    /** What only two callbacks together do wrong. */
    private void compare() {
        int owner = -1;
        for (int i = 0; i < spec.callbacks().size(); i++) {
            CallbackSpec callback = spec.callbacks().get(i);
            if (setsRate(callback) && owner >= 0) {
                warn(
                        i,
                        "",
                        "learning_rate.owners",
                        "'" + callback.name() + "' and '"
                                + spec.callbacks().get(owner).name()
                                + "' both set the learning rate; the later one wins");
            } else if (setsRate(callback)) {
                owner = i;
            }
            if (callback.type().equals("EarlyStopping")) {
                comparePatience(i, callback);
            }
            if (callback.type().equals("Rollback")) {
                compareWithTermination(i);
            }
        }
    }

    private void compareWithTermination(int rollback) {
        for (CallbackSpec before : spec.callbacks().subList(0, rollback)) {
            if (before.type().equals("TerminateOnNaN")) {
                String detail = "'" + before.name() + "' sees a loss that is not finite first and stops training: put "
                        + "Rollback before it";
                warn(rollback, "", "rollback.order", detail);
            }
        }
    }

    private static boolean setsRate(CallbackSpec callback) {
        return callback.type().equals("LearningRateScheduler")
                || callback.type().equals("ReduceLROnPlateau");
    }

    private void comparePatience(int index, CallbackSpec stopping) {
        for (CallbackSpec plateau : spec.callbacks()) {
            if (plateau.type().equals("ReduceLROnPlateau")
                    && text(plateau, "monitor").equals(text(stopping, "monitor"))
                    && integer(stopping, "patience") <= integer(plateau, "patience")) {
                warn(
                        index,
                        "patience",
                        "patience.order",
                        "training stops after " + integer(stopping, "patience")
                                + " epochs without improvement, before '" + plateau.name() + "' reduces the rate after "
                                + integer(plateau, "patience"));
            }
        }
    }

    private void warn(int index, String field, String code, String detail) {
        String pointer = "#/callbacks/" + index + (field.isEmpty() ? "" : "/" + field);
        warnings.add(new Problem(pointer, code, detail));
    }

    private static String text(CallbackSpec callback, String parameter) {
        return callback.params().path(parameter).asString("");
    }

    private static int integer(CallbackSpec callback, String parameter) {
        return callback.params().path(parameter).asInt(0);
    }

    private static String echo(String text) {
        return text.length() > 64 ? text.substring(0, 64) : text;
    }
}
