package io.signalbox.callback;

import io.signalbox.spec.Command;

/** Commands that pin the learning rate and give it back. */
final class RateCommands {

    private RateCommands() {}

    static Deed set(Command.SetLearningRate command, Run run) {
        double from = run.learningRate().value();
        double to = target(command, from);
        Integer until = command.untilEpoch();
        if (until != null && until <= run.epoch()) {
            throw new Rejection("until_epoch " + until + " is over: the run is in epoch " + run.epoch());
        }
        run.learningRate().override(to, until);
        return changed(
                from, to, until == null ? "pinned until it is released" : "pinned until epoch " + until + " begins");
    }

    private static double target(Command.SetLearningRate command, double from) {
        Double value = command.value();
        Double factor = command.factor();
        if ((value == null) == (factor == null)) {
            throw new Rejection("exactly one of value and factor must be given");
        }
        double to = value != null ? value : from * (factor == null ? 1 : factor);
        if (!Double.isFinite(to) || to <= 0) {
            throw new Rejection("the rate would be " + Numbers.brief(to) + "; it must be more than 0");
        }
        return to;
    }

    static Deed release(Run run) {
        double from = run.learningRate().value();
        if (!run.learningRate().release()) {
            throw new Rejection(
                    "no learning rate is pinned; " + run.learningRate().owner() + " decides on it");
        }
        return changed(from, run.learningRate().value(), run.learningRate().owner() + " decides again");
    }

    private static Deed changed(double from, double to, String since) {
        String message = "learning rate " + Numbers.brief(from) + " -> " + Numbers.brief(to) + ", " + since;
        return new Deed(message, Double.toString(from), Double.toString(to));
    }
}
