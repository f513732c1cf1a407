package io.signalbox.callback;

import io.signalbox.spec.Command;
import io.signalbox.spec.CommandRequest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Commands that came and wait for their turn, each once: in which order they act, and which of them can act already. Those
 * that wait for a boundary hold back whatever came after them; a cancel overtakes all. Confined to the training thread.
 */
final class CommandQueue {

    /** Ids kept against applying a command twice; a redelivered one is among the last few. */
    private static final int REMEMBERED = 1000;

    /** What takes effect before callbacks see the batch. */
    private static final Set<Class<? extends Command>> AT_ONCE =
            Set.of(Command.Stop.class, Command.SetLearningRate.class, Command.ReleaseLearningRate.class);

    /** After which nothing that waits matters any more. */
    private static final Set<Class<? extends Command>> ENDING = Set.of(Command.Stop.class, Command.Cancel.class);

    private final Mailbox mailbox;
    private final Set<String> answered = new LinkedHashSet<>();

    /** Their turn has come; where they act is not looked at yet. */
    private final Deque<CommandRequest> due = new ArrayDeque<>();

    private final Deque<CommandRequest> atBoundary = new ArrayDeque<>();
    private final List<CommandRequest> atEpochEnd = new ArrayList<>();

    /** Those that an attempt before applied at a place that this one has not come to, in the order in which they were asked. */
    private final List<CommandRequest> ahead = new ArrayList<>();

    CommandQueue(Mailbox mailbox) {
        this.mailbox = mailbox;
    }

    void clear() {
        answered.clear();
        waiting().forEach(Collection::clear);
    }

    private Stream<Collection<CommandRequest>> waiting() {
        return Stream.of(due, atBoundary, atEpochEnd, ahead);
    }

    /** The next one that acts wherever training is; null if there is none. */
    @Nullable
    CommandRequest now(Run run) {
        moveReached(run);
        while (true) {
            CommandRequest next = due.poll();
            if (next == null) {
                next = mailbox.take();
                if (next == null) {
                    return null;
                }
                take(next, run);
            } else if (actsNow(next)) {
                return next;
            } else {
                atBoundary.add(next);
            }
        }
    }

    /** Those whose place training has come to. */
    private void moveReached(Run run) {
        for (CommandRequest request : List.copyOf(ahead)) {
            if (!isAhead(request, run)) {
                ahead.remove(request);
                due.add(request);
            }
        }
    }

    /** Takes one that came. */
    void take(CommandRequest request, Run run) {
        if (isKnown(request.id())) {
            return;
        }
        if (isAhead(request, run)) {
            ahead.add(request);
            return;
        }
        if (!ENDING.contains(request.command().getClass())) { // a newer word is not to be overruled by those before it
            due.addAll(ahead);
            ahead.clear();
        }
        due.add(request);
    }

    private boolean actsNow(CommandRequest request) {
        Class<? extends Command> type = request.command().getClass();
        return type == Command.Cancel.class || (atBoundary.isEmpty() && AT_ONCE.contains(type));
    }

    private static boolean isAhead(CommandRequest request, Run run) {
        return request.again() != null && request.again() > run.step();
    }

    private boolean isKnown(String id) {
        return answered.contains(id)
                || waiting()
                        .flatMap(Collection::stream)
                        .anyMatch(request -> request.id().equals(id));
    }

    /** The oldest that waits for a boundary; null if none does. */
    @Nullable
    CommandRequest atBoundary() {
        return atBoundary.poll();
    }

    /** It waits for the epoch's end. */
    void putOff(CommandRequest request) {
        atEpochEnd.add(request);
    }

    /** Takes out those that waited for the epoch's end. */
    List<CommandRequest> atEpochEnd() {
        List<CommandRequest> waited = List.copyOf(atEpochEnd);
        atEpochEnd.clear();
        return waited;
    }

    /** Takes out all that nobody will apply any more; an earlier attempt's are answered already. */
    List<CommandRequest> left() {
        for (CommandRequest late = mailbox.take(); late != null; late = mailbox.take()) {
            if (!isKnown(late.id())) {
                due.add(late);
            }
        }
        List<CommandRequest> left = new ArrayList<>();
        for (Collection<CommandRequest> waiting : List.of(atEpochEnd, atBoundary, due)) {
            left.addAll(waiting);
            waiting.clear();
        }
        left.removeIf(request -> request.again() != null);
        return left;
    }

    /** It was answered, and is passed over from now on. */
    void answered(String id) {
        answered.add(id);
        if (answered.size() > REMEMBERED) {
            answered.remove(answered.iterator().next());
        }
    }

    /** Ids of those that were answered last. */
    Collection<String> answered() {
        return answered;
    }
}
