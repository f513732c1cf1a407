package io.signalbox.callback;

import io.signalbox.event.EventDetail.CallbacksExplained;
import io.signalbox.event.Explanation;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;

/**
 * Tells where the spec's callbacks stand: when an epoch begins, at its end, and after a command. Comes last in the list, so
 * that every callback has seen what it tells of. The same words are told once.
 */
final class Explainer implements Callback {

    static final String NAME = "Explainer";

    private static final int LONGEST = 500;

    private final Roster roster;
    private final IntSupplier commands;
    private List<Explanation> told = List.of();
    private int answered;

    /** @param commands how many were answered so far */
    Explainer(Roster roster, IntSupplier commands) {
        this.roster = roster;
        this.commands = commands;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void onTrainBegin(Run run) {
        told = List.of();
        answered = commands.getAsInt();
    }

    @Override
    public void onEpochBegin(int epoch, Run run) {
        tell(run);
    }

    @Override
    public void onTrainBatchEnd(int batch, Logs logs, Run run) {
        if (answered != commands.getAsInt()) {
            tell(run);
        }
    }

    @Override
    public void onEpochEnd(int epoch, Logs logs, Run run) {
        tell(run);
    }

    private void tell(Run run) {
        answered = commands.getAsInt();
        List<Explanation> now = new ArrayList<>();
        for (int i = 0; i < roster.own().size(); i++) {
            Callback callback = roster.own().get(i);
            now.add(new Explanation(callback.name(), roster.specs().get(i).type(), words(callback, run)));
        }
        if (!now.equals(told)) {
            told = now;
            run.emit(new CallbacksExplained(now));
        }
    }

    /** A callback that cannot explain itself goes on training all the same. */
    private static String words(Callback callback, Run run) {
        try {
            String text = callback.explain(run);
            return text.length() <= LONGEST ? text : text.substring(0, LONGEST - 1) + "\u2026";
        } catch (RuntimeException e) {
            return "cannot be explained: " + e.getClass().getSimpleName();
        }
    }
}
