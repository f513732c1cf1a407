package io.signalbox.callback;

import io.signalbox.event.EventDetail.CommandApplied;
import io.signalbox.event.EventDetail.CommandRejected;
import io.signalbox.spec.Command;
import io.signalbox.spec.CommandRequest;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Applies users' commands, on the training thread, in the order in which they came. Those that callbacks must not act against
 * take effect in the hook after the batch, before the user's callbacks see it: it comes first in the list for that. All
 * others take effect at the {@linkplain Callback#hold boundary} that follows, one by one, and with them whatever came after
 * them; a cancel overtakes everything. A command is answered by an event when it takes effect; one whose id was answered
 * before is passed over.
 */
final class RemoteControl implements Callback {

    static final String NAME = "RemoteControl";

    private final Mailbox mailbox;
    private final Roster roster;
    private final LongSupplier nanoClock;
    private final CommandQueue queue;
    private final Pause pause = new Pause();
    private final EndCommands ends;
    private final Map<Class<? extends Command>, Handler> handlers;
    private int answered;

    /** What the metrics were last, to save checkpoints with. */
    private Logs latest = new Logs();

    private @Nullable AwaitedCheckpoint awaited;

    /** The same of one type. */
    @FunctionalInterface
    private interface TypedHandler<C extends Command> {
        @Nullable
        Deed apply(C command, CommandRequest request, Run run);
    }

    /** Applies a command; answers what it did, or null for later, or throws {@link Rejection}. */
    @FunctionalInterface
    private interface Handler {
        @Nullable
        Deed apply(CommandRequest request, Run run);
    }

    RemoteControl(Mailbox mailbox, Roster roster, LongSupplier nanoClock) {
        this.mailbox = mailbox;
        this.roster = roster;
        this.nanoClock = nanoClock;
        this.queue = new CommandQueue(mailbox);
        this.ends = new EndCommands(pause, roster);
        this.handlers = Map.ofEntries(
                handler(Command.Stop.class, (command, request, run) -> stop(command, request, run)),
                handler(Command.Cancel.class, (command, request, run) -> EndCommands.cancel(run)),
                handler(Command.Pause.class, (command, request, run) -> pause.begin(run)),
                handler(Command.Resume.class, (command, request, run) -> pause.end(run)),
                handler(Command.Suspend.class, (command, request, run) -> await(ends.suspend(request, run))),
                handler(Command.SetEpochs.class, (command, request, run) -> setEpochs(command.epochs(), run)),
                handler(
                        Command.SaveCheckpoint.class,
                        (command, request, run) -> await(CheckpointCommands.save(command, request, latest, run))),
                handler(
                        Command.RestoreCheckpoint.class,
                        (command, request, run) -> CheckpointCommands.restore(command, run)),
                handler(Command.Evaluate.class, (command, request, run) -> CheckpointCommands.evaluate(run)),
                handler(Command.UpdateCallback.class, (command, request, run) -> roster.update(command, run)),
                handler(Command.AddCallback.class, (command, request, run) -> roster.add(command, run)),
                handler(Command.RemoveCallback.class, (command, request, run) -> roster.remove(command)),
                handler(Command.SetLearningRate.class, (command, request, run) -> RateCommands.set(command, run)),
                handler(Command.ReleaseLearningRate.class, (command, request, run) -> RateCommands.release(run)));
    }

    private static <C extends Command> Map.Entry<Class<? extends Command>, Handler> handler(
            Class<C> type, TypedHandler<C> handler) {
        return Map.entry(type, (request, run) -> handler.apply(type.cast(request.command()), request, run));
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void onTrainBegin(Run run) {
        queue.clear();
        pause.reset();
        awaited = null;
        latest = new Logs();
    }

    @Override
    public void onTrainBatchEnd(int batch, Logs logs, Run run) {
        latest = logs;
        applyNow(run);
    }

    @Override
    public void onTestBatchEnd(int batch, Logs logs, Run run) {
        applyNow(run);
    }

    @Override
    public void onEpochEnd(int epoch, Logs logs, Run run) {
        latest = logs;
        applyNow(run);
        for (CommandRequest request : queue.atEpochEnd()) {
            answer(request, run, (stop, of) -> ends.stop((Command.Stop) stop.command(), of));
        }
    }

    private void applyNow(Run run) {
        for (CommandRequest request = queue.now(run); request != null; request = queue.now(run)) {
            apply(request, run);
        }
    }

    @Override
    public boolean hold(Run run) {
        if (run.stopRequest() != null) {
            return false;
        }
        String interruption = mailbox.interruption();
        if (interruption != null) { // whatever waits is for the process that goes on
            run.stop(StopRequest.interruption(interruption));
            return false;
        }
        rejectUnwritten(run);
        pause.tell(run);
        CommandRequest request = queue.atBoundary();
        if (request != null) {
            apply(request, run);
        } else if (pause.isOn()) {
            awaitCommand(run);
        } else {
            return false;
        }
        return true;
    }

    /** A checkpoint was due, and yet training goes on: it could not be written. */
    private void rejectUnwritten(Run run) {
        AwaitedCheckpoint unwritten = awaited;
        if (unwritten != null) {
            awaited = null;
            unwritten.undo().run();
            reject(unwritten.request(), "its checkpoint could not be written; training goes on", run);
        }
    }

    private void awaitCommand(Run run) {
        long begin = nanoClock.getAsLong();
        try {
            CommandRequest request = mailbox.await();
            if (request != null) {
                queue.take(request, run);
                applyNow(run);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while paused", e);
        } finally {
            roster.paused(nanoClock.getAsLong() - begin, run);
        }
    }

    @Override
    public void onCheckpointSaved(SavedCheckpoint saved, Run run) {
        AwaitedCheckpoint waiting = awaited;
        if (waiting != null && saved.name().equals(waiting.name())) {
            awaited = null;
            answer(waiting.request(), run, (request, of) -> waiting.deed().apply(saved));
        }
    }

    @Override
    public void onTrainEnd(Logs logs, Run run) {
        ends.restoreBest(run);
        queue.left().forEach(request -> reject(request, "training has ended", run));
    }

    /** Commands answered while training so far. */
    int answered() {
        return answered;
    }

    private void apply(CommandRequest request, Run run) {
        Handler handler = handlers.get(request.command().getClass());
        answer(request, run, handler == null ? (unknown, of) -> unsupported() : handler);
    }

    private static Deed unsupported() {
        throw new Rejection("this trainer does not know that command");
    }

    private void answer(CommandRequest request, Run run, Handler handler) {
        try {
            Deed deed = handler.apply(request, run);
            if (deed != null) {
                run.emit(
                        new CommandApplied(request.id(), typeOf(request), deed.message(), deed.before(), deed.after()));
                remember(request);
            }
        } catch (Rejection e) {
            reject(request, String.valueOf(e.getMessage()), run);
        }
    }

    private void reject(CommandRequest request, String message, Run run) {
        run.emit(new CommandRejected(request.id(), typeOf(request), message));
        remember(request);
    }

    private void remember(CommandRequest request) {
        answered++;
        queue.answered(request.id());
    }

    private static String typeOf(CommandRequest request) {
        return request.command()
                .getClass()
                .getSimpleName()
                .replaceAll("(?<=[a-z])(?=[A-Z])", "_")
                .toLowerCase(Locale.ROOT);
    }

    /** Null for one that waits for the epoch's end. */
    private @Nullable Deed stop(Command.Stop stop, CommandRequest request, Run run) {
        if (stop.at().equals("epoch")) {
            queue.putOff(request);
            return null;
        }
        return ends.stop(stop, run);
    }

    /** It is answered when the checkpoint is written. */
    private @Nullable Deed await(AwaitedCheckpoint checkpoint) {
        awaited = checkpoint;
        return null;
    }

    private static Deed setEpochs(int epochs, Run run) {
        int begun = run.epoch() + 1;
        if (epochs < begun) {
            throw new Rejection(begun + " epochs are begun already; give as many or more");
        }
        int before = run.epochs();
        run.setEpochs(epochs);
        return new Deed(
                "trains " + epochs + " epochs in all, not " + before,
                Integer.toString(before),
                Integer.toString(epochs));
    }

    @Override
    public ObjectNode state() {
        ObjectNode state = Callback.super.state();
        ArrayNode ids = state.putArray("seen");
        queue.answered().forEach(ids::add);
        return state.put("paused", pause.isOn());
    }

    @Override
    public void restore(ObjectNode state) {
        for (JsonNode id : state.get("seen")) {
            queue.answered(id.asString());
        }
        pause.set(state.path("paused").asBoolean(false));
    }
}
