package io.signalbox.callback;

import io.signalbox.callback.Lint.Finding;
import io.signalbox.spec.CallbackSpec;
import io.signalbox.spec.Problem;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;

/** Finds what callbacks do wrong only together. */
final class LintTogether {

    private static final Set<String> RATE_OWNERS = Set.of("LearningRateScheduler", "ReduceLROnPlateau");

    private final List<Finding> callbacks;

    private LintTogether(List<Finding> callbacks) {
        this.callbacks = callbacks;
    }

    static void look(List<CallbackSpec> specs, List<Problem> warnings) {
        List<Finding> findings = IntStream.range(0, specs.size())
                .mapToObj(i -> new Finding(specs.get(i), i, warnings))
                .toList();
        LintTogether lint = new LintTogether(findings);
        lint.rateOwners();
        findings.forEach(lint::overruled);
        findings.forEach(lint::patience);
        findings.forEach(lint::restoring);
        findings.forEach(lint::rollback);
        lint.sharedNames();
    }

    private void rateOwners() {
        Finding owner = null;
        for (Finding callback : callbacks) {
            if (RATE_OWNERS.contains(callback.callback().type())) {
                if (owner != null) {
                    callback.warn(
                            "",
                            "learning_rate.owners",
                            name(callback) + " and " + name(owner)
                                    + " both set the learning rate, and the later one wins: keep one of them");
                } else {
                    owner = callback;
                }
            }
        }
    }

    /** A condition cuts the rate, and the next epoch's begin sets it as if nothing had been. */
    private void overruled(Finding lambda) {
        if (!lambda.is("LambdaCallback") || !setsRate(lambda)) {
            return;
        }
        for (Finding scheduler : callbacks) {
            if (scheduler.is("LearningRateScheduler") && !isExpression(scheduler)) {
                lambda.warn(
                        "",
                        "learning_rate.owners",
                        "what it sets the learning rate to lasts until " + name(scheduler)
                                + " sets it anew: keep one of them, or give that a schedule that goes on from lr");
            }
        }
    }

    private static boolean setsRate(Finding lambda) {
        return lambda.callback().params().path("do").valueStream().anyMatch(action -> action.has("set_learning_rate"));
    }

    private static boolean isExpression(Finding scheduler) {
        JsonNode schedule = scheduler.callback().params().path("schedule");
        return schedule.isString() || schedule.path("type").asString("").equals("expression");
    }

    private void patience(Finding stopping) {
        for (Finding plateau : callbacks) {
            if (stopping.is("EarlyStopping")
                    && plateau.is("ReduceLROnPlateau")
                    && plateau.text("monitor").equals(stopping.text("monitor"))
                    && stopping.integer("patience") <= plateau.integer("patience")) {
                stopping.warn(
                        "patience",
                        "patience.order",
                        "training stops after " + stopping.integer("patience") + " epochs without improvement, before "
                                + name(plateau) + " reduces the rate after " + plateau.integer("patience")
                                + ": stop later than that, or reduce earlier");
            }
        }
    }

    private void restoring(Finding callback) {
        if (!restores(callback)) {
            return;
        }
        for (Finding other : callbacks) {
            if (other.index() > callback.index() && restores(other)) {
                other.warn(
                        "restore_best_weights",
                        "restore.twice",
                        name(callback) + " restores weights too, and the later one wins: let one of them restore");
            }
            if (other.is("TerminateOnNaN") && other.flag("raise_error")) {
                other.warn(
                        "raise_error",
                        "nan.no_restore",
                        "ends the job so that " + name(callback)
                                + " restores nothing: set raise_error to false to get the best weights");
            }
        }
    }

    private void rollback(Finding callback) {
        for (Finding before : callbacks.subList(0, callback.index())) {
            if (callback.is("Rollback") && before.is("TerminateOnNaN")) {
                callback.warn(
                        "",
                        "rollback.order",
                        name(before)
                                + " sees a loss that is not finite first and stops training: put Rollback before it");
            }
        }
    }

    private static boolean restores(Finding callback) {
        return callback.is("EarlyStopping") && callback.flag("restore_best_weights");
    }

    private void sharedNames() {
        shared(
                "ModelCheckpoint",
                "filepath",
                (callback, other) -> callback.warn(
                        "filepath",
                        "checkpoint.same_name",
                        "names the checkpoints of " + name(other)
                                + " too, and each replaces the other's: choose another name"));
        shared(
                "CSVLogger",
                "filename",
                (callback, other) -> callback.warn(
                        "filename", "file.shared", "is the file of " + name(other) + " too: choose another"));
        shared(
                "TensorBoard",
                "",
                (callback, other) -> callback.warn(
                        "", "file.shared", name(other) + " writes the same curves already: keep one of them"));
        shared(
                "BackupAndRestore",
                "",
                (callback, other) ->
                        callback.warn("", "backup.twice", name(other) + " backs up already: keep one of them"));
    }

    private void shared(String type, String parameter, BiConsumer<Finding, Finding> tell) {
        Map<String, Finding> first = new HashMap<>();
        for (Finding callback : callbacks) {
            if (callback.is(type)) {
                // Two that leave it out have the same default where they save the same way.
                String key =
                        callback.text(parameter) + (callback.has(parameter) ? "" : callback.flag("save_best_only"));
                Finding other = first.putIfAbsent(key, callback);
                if (other != null) {
                    tell.accept(callback, other);
                }
            }
        }
    }

    private static String name(Finding callback) {
        return "'" + callback.callback().name() + "'";
    }
}
