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
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
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

    /** Ids kept against applying a command twice; a redelivered one is among the last few. */
    private static final int REMEMBERED = 1000;

    /** The newest may be damaged by the very crash that it is for. */
    private static final int BACKUPS_KEPT = 2;

    /** Who a rate or a stop is put down to. */
    private static final String COMMAND = LearningRate.COMMAND;

    /** Name of the checkpoint that training ends with. */
    private static final String FINAL = "final";

    /** Name of the one that holds weights that were put back at the end. */
    private static final String RESTORED = "restored";

    private static final String BEST = "best";

    /** Begin of the name of what a suspended run goes on from. */
    private static final String BACKUP = "backup-";

    private static final String RUNNING = JobState.RUNNING.wireName();
    private static final String PAUSED = JobState.PAUSED.wireName();

    /** What takes effect before callbacks see the batch. */
    private static final Set<Class<? extends Command>> AT_ONCE =
            Set.of(Command.Stop.class, Command.SetLearningRate.class, Command.ReleaseLearningRate.class);

    /** After which nothing that waits matters any more. */
    private static final Set<Class<? extends Command>> ENDING = Set.of(Command.Stop.class, Command.Cancel.class);

    private final Mailbox mailbox;
    private final Roster roster;
    private final LongSupplier nanoClock;
    private final Map<Class<? extends Command>, Handler> handlers;
    private final Set<String> seen = new LinkedHashSet<>();
    private final Deque<CommandRequest> atBoundary = new ArrayDeque<>();
    private final List<CommandRequest> atEpochEnd = new ArrayList<>();

    /** Those that an attempt before applied at a place that this one has not come to, in the order in which they were asked. */
    private final List<CommandRequest> ahead = new ArrayList<>();

    private int answered;
    private boolean paused;
    private boolean pauseTold;

    /** What the metrics were last, to save checkpoints with. */
    private Logs latest = new Logs();

    /** A command that has its effect when a checkpoint is written; null for none. */
    private @Nullable Awaited awaited;

    /** What is answered when the checkpoint of that name is there, and what is undone if it could not be written. */
    private record Awaited(
            CommandRequest request, String checkpoint, Function<SavedCheckpoint, Deed> deed, Runnable undo) {}

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
        this.handlers = Map.ofEntries(
                handler(Command.Stop.class, (command, request, run) -> stop(command, request, run)),
                handler(Command.Cancel.class, (command, request, run) -> cancel(run)),
                handler(Command.Pause.class, (command, request, run) -> pause(run)),
                handler(Command.Resume.class, (command, request, run) -> resume(run)),
                handler(Command.Suspend.class, (command, request, run) -> suspend(request, run)),
                handler(Command.SetEpochs.class, (command, request, run) -> setEpochs(command.epochs(), run)),
                handler(Command.SaveCheckpoint.class, (command, request, run) -> save(command, request, run)),
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
        seen.clear();
        atBoundary.clear();
        atEpochEnd.clear();
        ahead.clear();
        paused = false;
        pauseTold = false;
        awaited = null;
        latest = new Logs();
    }

    @Override
    public void onTrainBatchEnd(int batch, Logs logs, Run run) {
        latest = logs;
        drain(run);
    }

    @Override
    public void onTestBatchEnd(int batch, Logs logs, Run run) {
        drain(run);
    }

    @Override
    public void onEpochEnd(int epoch, Logs logs, Run run) {
        latest = logs;
        drain(run);
        for (CommandRequest request : atEpochEnd) {
            answer(request, run, (stop, of) -> stopNow((Command.Stop) stop.command(), of));
        }
        atEpochEnd.clear();
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
        Awaited unwritten = awaited;
        if (unwritten != null) { // and yet it goes on
            awaited = null;
            unwritten.undo().run();
            reject(unwritten.request(), "its checkpoint could not be written; training goes on", run);
        }
        tellPause(run);
        CommandRequest request = atBoundary.poll();
        if (request != null) {
            answer(request, run, handler(request));
        } else if (paused) {
            awaitCommand(run);
        } else {
            return false;
        }
        return true;
    }

    private void tellPause(Run run) {
        if (paused != pauseTold) {
            run.emit(
                    paused
                            ? new StateChanged(JobState.RUNNING, JobState.PAUSED, null, null)
                            : new StateChanged(JobState.PAUSED, JobState.RUNNING, null, null));
            pauseTold = paused;
        }
    }

    private void awaitCommand(Run run) {
        long begin = nanoClock.getAsLong();
        try {
            CommandRequest request = mailbox.await();
            if (request != null) {
                take(request, run);
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
        Awaited waiting = awaited;
        if (waiting != null && saved.name().equals(waiting.checkpoint())) {
            awaited = null;
            answer(waiting.request(), run, (request, of) -> waiting.deed().apply(saved));
        }
    }

    @Override
    public void onTrainEnd(Logs logs, Run run) {
        StopRequest stop = run.stopRequest();
        if (stop != null && Boolean.TRUE.equals(stop.restoreBest()) && !roster.restoresBest()) {
            restoreBest(run);
        }
        List<CommandRequest> late = new ArrayList<>(atEpochEnd);
        late.addAll(atBoundary);
        for (CommandRequest request = mailbox.take(); request != null; request = mailbox.take()) {
            late.add(request);
        }
        for (CommandRequest request : late) {
            if (!seen.contains(request.id()) && request.again() == null) {
                reject(request, "training has ended", run);
            }
        }
        atEpochEnd.clear();
        atBoundary.clear();
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

    /** Commands answered while training so far. */
    int answered() {
        return answered;
    }

    private void drain(Run run) {
        for (CommandRequest request : List.copyOf(ahead)) {
            if (!isAhead(request, run)) {
                ahead.remove(request);
                accept(request, run);
            }
        }
        for (CommandRequest request = mailbox.take(); request != null; request = mailbox.take()) {
            take(request, run);
        }
    }

    private void take(CommandRequest request, Run run) {
        if (isKnown(request.id())) {
            return;
        }
        if (isAhead(request, run)) {
            ahead.add(request);
            return;
        }
        if (!ENDING.contains(request.command().getClass())) { // a newer word is not to be overruled by those before it
            List<CommandRequest> before = List.copyOf(ahead);
            ahead.clear();
            before.forEach(earlier -> accept(earlier, run));
        }
        accept(request, run);
    }

    private static boolean isAhead(CommandRequest request, Run run) {
        return request.again() != null && request.again() > run.step();
    }

    private void accept(CommandRequest request, Run run) {
        Class<? extends Command> type = request.command().getClass();
        if (type == Command.Cancel.class || (atBoundary.isEmpty() && AT_ONCE.contains(type))) {
            answer(request, run, handler(request));
        } else {
            atBoundary.add(request);
        }
    }

    private boolean isKnown(String id) {
        return seen.contains(id)
                || Stream.of(atBoundary, atEpochEnd, ahead)
                        .flatMap(Collection::stream)
                        .anyMatch(waiting -> waiting.id().equals(id));
    }

    private Handler handler(CommandRequest request) {
        Handler handler = handlers.get(request.command().getClass());
        return handler == null ? (unknown, run) -> unsupported() : handler;
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
        seen.add(request.id());
        if (seen.size() > REMEMBERED) {
            seen.remove(seen.iterator().next());
        }
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
            atEpochEnd.add(request);
            return null;
        }
        return stopNow(stop, run);
    }

    private Deed stopNow(Command.Stop stop, Run run) {
        StopRequest earlier = run.stopRequest();
        if (earlier != null) {
            throw new Rejection("training is stopping already: " + earlier.reason());
        }
        run.stop(new StopRequest(
                Outcome.STOPPED_BY_COMMAND, "stopped by command", COMMAND, false, stop.restoreBest(), stop.save()));
        String before = paused ? PAUSED : RUNNING;
        run.emit(new StateChanged(paused ? JobState.PAUSED : JobState.RUNNING, JobState.STOPPING, null, null));
        paused = false;
        pauseTold = false;
        String kept = stop.save() ? "; kept as checkpoint '" + FINAL + "'" : "; no checkpoint is kept";
        String message = "stopping in epoch " + run.epoch() + " after " + run.step() + " steps" + kept
                + (putsBestBack(stop)
                        ? "; the best weights are put back and kept as checkpoint '" + RESTORED + "'"
                        : "");
        return new Deed(message, before, JobState.STOPPING.wireName());
    }

    private boolean putsBestBack(Command.Stop stop) {
        return Boolean.TRUE.equals(stop.restoreBest()) || (stop.restoreBest() == null && roster.restoresBest());
    }

    private static Deed cancel(Run run) {
        run.stop(new StopRequest(Outcome.STOPPED_BY_COMMAND, "cancelled by command", COMMAND, true, null, false));
        return Deed.of("leaving at once; nothing more is saved");
    }

    private Deed pause(Run run) {
        if (paused) {
            throw new Rejection("training is paused already");
        }
        paused = true;
        run.backUp(BACKUPS_KEPT, NAME); // so that a crash in the pause loses nothing
        return new Deed("paused in epoch " + run.epoch() + " after " + run.step() + " steps", RUNNING, PAUSED);
    }

    private Deed resume(Run run) {
        if (!paused) {
            throw new Rejection("training is not paused");
        }
        paused = false;
        return new Deed("goes on in epoch " + run.epoch() + " after " + run.step() + " steps", PAUSED, RUNNING);
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

    /** Answered when the checkpoint is written. */
    private @Nullable Deed suspend(CommandRequest request, Run run) {
        boolean wasPaused = paused;
        paused = false;
        String where = "suspended in epoch " + run.epoch() + " after " + run.step() + " steps";
        awaited = new Awaited(
                request,
                BACKUP + run.step(),
                saved -> new Deed(
                        where + "; goes on from checkpoint '" + saved.name() + "' when resumed",
                        wasPaused ? PAUSED : RUNNING,
                        JobState.SUSPENDED.wireName()),
                () -> paused = wasPaused);
        run.stop(new StopRequest(Outcome.STOPPED_BY_COMMAND, "suspended by command", COMMAND, true, null, true));
        return null;
    }

    /** Answered when the checkpoint is written. */
    private @Nullable Deed save(Command.SaveCheckpoint command, CommandRequest request, Run run) {
        String name = CheckpointCommands.save(command, latest, run);
        awaited = new Awaited(
                request,
                name,
                saved -> new Deed("kept as checkpoint '" + name + "', " + saved.bytes() + " bytes", null, name),
                () -> {});
        return null;
    }

    @Override
    public ObjectNode state() {
        ObjectNode state = Callback.super.state();
        ArrayNode ids = state.putArray("seen");
        seen.forEach(ids::add);
        return state.put("paused", paused);
    }

    @Override
    public void restore(ObjectNode state) {
        for (JsonNode id : state.get("seen")) {
            seen.add(id.asString());
        }
        paused = state.path("paused").asBoolean(false);
    }
}
