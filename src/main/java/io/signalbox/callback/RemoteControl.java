package io.signalbox.callback;

import io.signalbox.event.EventDetail.CallbackActed;
import io.signalbox.event.EventDetail.CommandApplied;
import io.signalbox.event.EventDetail.CommandRejected;
import io.signalbox.event.EventDetail.Restored;
import io.signalbox.event.EventDetail.StateChanged;
import io.signalbox.event.JobState;
import io.signalbox.event.Outcome;
import io.signalbox.spec.Command;
import io.signalbox.spec.CommandRequest;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Applies users' commands: after every training and validation batch and at every epoch's end, on the training thread. It
 * comes first in the list, so that a command wins over what callbacks decide on in the same hook. A command is answered by
 * an event when it takes effect; one whose id was seen before is passed over.
 */
final class RemoteControl implements Callback {

    static final String NAME = "RemoteControl";

    /** Ids kept against applying a command twice; a redelivered one is among the last few. */
    private static final int REMEMBERED = 1000;

    /** Who a rate or a stop is put down to. */
    private static final String COMMAND = LearningRate.COMMAND;

    /** Name of the checkpoint that training ends with. */
    private static final String FINAL = "final";

    private static final String BEST = "best";

    private final Mailbox mailbox;
    private final BooleanSupplier callbackRestoresBest;
    private final Map<Class<? extends Command>, Handler> handlers;
    private final Set<String> seen = new LinkedHashSet<>();
    private int answered;
    private final List<CommandRequest> atEpochEnd = new ArrayList<>();

    /** Applies one type of command; answers what it did, or throws {@link Rejection}. */
    @FunctionalInterface
    private interface Handler {
        @Nullable
        String apply(CommandRequest request, Run run);
    }

    /** A command that cannot take effect now. */
    private static final class Rejection extends RuntimeException {
        private static final long serialVersionUID = 1;

        Rejection(String message) {
            super(message);
        }
    }

    /** @param callbackRestoresBest whether some callback keeps best weights that it puts back itself */
    RemoteControl(Mailbox mailbox, BooleanSupplier callbackRestoresBest) {
        this.mailbox = mailbox;
        this.callbackRestoresBest = callbackRestoresBest;
        this.handlers = Map.of(
                Command.Stop.class, this::stop,
                Command.Cancel.class, (request, run) -> cancel(run),
                Command.SetLearningRate.class,
                        (request, run) -> setLearningRate((Command.SetLearningRate) request.command(), run),
                Command.ReleaseLearningRate.class, (request, run) -> releaseLearningRate(run));
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void onTrainBegin(Run run) {
        seen.clear();
        atEpochEnd.clear();
    }

    @Override
    public void onTrainBatchEnd(int batch, Logs logs, Run run) {
        drain(run);
    }

    @Override
    public void onTestBatchEnd(int batch, Logs logs, Run run) {
        drain(run);
    }

    @Override
    public void onEpochEnd(int epoch, Logs logs, Run run) {
        drain(run);
        for (CommandRequest request : atEpochEnd) {
            answer(request, run, (stop, of) -> stopNow((Command.Stop) stop.command(), of));
        }
        atEpochEnd.clear();
    }

    @Override
    public void onTrainEnd(Logs logs, Run run) {
        StopRequest stop = run.stopRequest();
        if (stop != null && Boolean.TRUE.equals(stop.restoreBest()) && !callbackRestoresBest.getAsBoolean()) {
            restoreBest(run);
        }
        for (CommandRequest request = mailbox.take(); request != null; request = mailbox.take()) {
            if (seen.add(request.id())) {
                atEpochEnd.add(request);
            }
        }
        for (CommandRequest request : atEpochEnd) {
            reject(request, "training has ended", run);
        }
        atEpochEnd.clear();
    }

    private static void restoreBest(Run run) {
        if (run.restoreFromCheckpoint(BEST)) {
            run.emit(new Restored("checkpoint " + BEST, null, COMMAND));
        } else {
            run.emit(new CallbackActed(
                    NAME,
                    "warning",
                    "there are no best weights to put back: no EarlyStopping with restore_best_weights and no checkpoint"
                            + " 'best'"));
        }
    }

    /** Commands taken from the mailbox while training so far. */
    int answered() {
        return answered;
    }

    private void drain(Run run) {
        for (CommandRequest request = mailbox.take(); request != null; request = mailbox.take()) {
            if (seen.add(request.id())) {
                answered++;
                forgetOldest();
                Handler handler = handlers.get(request.command().getClass());
                answer(request, run, handler == null ? (unknown, of) -> unsupported() : handler);
            }
        }
    }

    private void forgetOldest() {
        if (seen.size() > REMEMBERED) {
            seen.remove(seen.iterator().next());
        }
    }

    private static String unsupported() {
        throw new Rejection("this trainer does not know that command");
    }

    private static void answer(CommandRequest request, Run run, Handler handler) {
        try {
            String message = handler.apply(request, run);
            if (message != null) {
                run.emit(new CommandApplied(request.id(), typeOf(request), message));
            }
        } catch (Rejection e) {
            reject(request, String.valueOf(e.getMessage()), run);
        }
    }

    private static void reject(CommandRequest request, String message, Run run) {
        run.emit(new CommandRejected(request.id(), typeOf(request), message));
    }

    private static String typeOf(CommandRequest request) {
        return request.command()
                .getClass()
                .getSimpleName()
                .replaceAll("(?<=[a-z])(?=[A-Z])", "_")
                .toLowerCase(Locale.ROOT);
    }

    /** Null for one that waits for the epoch's end. */
    private @Nullable String stop(CommandRequest request, Run run) {
        Command.Stop stop = (Command.Stop) request.command();
        if (stop.at().equals("epoch")) {
            atEpochEnd.add(request);
            return null;
        }
        return stopNow(stop, run);
    }

    private static String stopNow(Command.Stop stop, Run run) {
        StopRequest earlier = run.stopRequest();
        if (earlier != null) {
            throw new Rejection("training is stopping already: " + earlier.reason());
        }
        run.stop(new StopRequest(
                Outcome.STOPPED_BY_COMMAND, "stopped by command", COMMAND, false, stop.restoreBest(), stop.save()));
        run.emit(new StateChanged(JobState.RUNNING, JobState.STOPPING, null, null));
        String kept = stop.save() ? "; kept as checkpoint '" + FINAL + "'" : "; no checkpoint is kept";
        return "stopping in epoch " + run.epoch() + " after " + run.step() + " steps" + kept
                + (Boolean.TRUE.equals(stop.restoreBest()) ? "; the best weights are put back" : "");
    }

    private static String cancel(Run run) {
        run.stop(new StopRequest(Outcome.STOPPED_BY_COMMAND, "cancelled by command", COMMAND, true, null, false));
        return "leaving at once; nothing more is saved";
    }

    private static String setLearningRate(Command.SetLearningRate command, Run run) {
        double from = run.learningRate().value();
        double to = target(command, from);
        Integer until = command.untilEpoch();
        if (until != null && until <= run.epoch()) {
            throw new Rejection("until_epoch " + until + " is over: the run is in epoch " + run.epoch());
        }
        run.learningRate().override(to, until);
        return "learning rate " + Numbers.brief(from) + " -> " + Numbers.brief(to)
                + (until == null ? ", pinned until it is released" : ", pinned until epoch " + until + " begins");
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

    private static String releaseLearningRate(Run run) {
        double from = run.learningRate().value();
        if (!run.learningRate().release()) {
            throw new Rejection(
                    "no learning rate is pinned; " + run.learningRate().owner() + " decides on it");
        }
        return "learning rate " + Numbers.brief(from) + " -> "
                + Numbers.brief(run.learningRate().value()) + ", "
                + run.learningRate().owner() + " decides again";
    }

    @Override
    public ObjectNode state() {
        ObjectNode state = Callback.super.state();
        ArrayNode ids = state.putArray("seen");
        seen.forEach(ids::add);
        return state;
    }

    @Override
    public void restore(ObjectNode state) {
        for (JsonNode id : state.get("seen")) {
            seen.add(id.asString());
        }
    }
}
