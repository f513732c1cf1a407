package io.signalbox.server.notify;

import io.signalbox.event.Event;
import io.signalbox.event.EventDetail;
import io.signalbox.event.EventDetail.Alert;
import io.signalbox.event.EventDetail.CallbackActed;
import io.signalbox.event.EventDetail.CheckpointSaved;
import io.signalbox.event.EventDetail.LearningRateChanged;
import io.signalbox.event.EventDetail.Restored;
import io.signalbox.event.EventDetail.StateChanged;
import io.signalbox.event.JobState;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What an event is to people who want to be told.
 *
 * @param names what {@code on} may call it; the last is the most exact
 * @param message in words
 */
record Occasion(List<String> names, String message) {

    private static final Map<Class<?>, Function<EventDetail, Occasion>> KINDS = new HashMap<>();

    static {
        add(Alert.class, alert -> new Occasion(List.of("alert"), alert.by() + ": " + alert.message()));
        add(CallbackActed.class, acted -> new Occasion(List.of("callback"), acted.name() + ": " + acted.message()));
        add(
                CheckpointSaved.class,
                saved -> new Occasion(List.of("checkpoint_saved"), "checkpoint " + saved.name() + " by " + saved.by()));
        add(
                LearningRateChanged.class,
                change -> new Occasion(
                        List.of("learning_rate_changed"), change.from() + " to " + change.to() + " by " + change.by()));
        add(Restored.class, back -> new Occasion(List.of("restored"), back.what() + " by " + back.by()));
        add(StateChanged.class, Occasion::ofState);
    }

    private static <E extends EventDetail> void add(Class<E> type, Function<E, Occasion> occasion) {
        KINDS.put(type, detail -> occasion.apply(type.cast(detail)));
    }

    /** Null for what nobody is told of. */
    static @Nullable Occasion of(Event event) {
        Function<EventDetail, Occasion> kind = KINDS.get(event.detail().getClass());
        Occasion occasion = kind == null ? null : kind.apply(event.detail());
        return occasion == null || occasion.names().isEmpty() ? null : occasion;
    }

    private static Occasion ofState(StateChanged change) {
        String reason = change.reason() == null ? "" : change.reason();
        JobState to = change.to();
        if (to.ended()) {
            return new Occasion(List.of("ended", to.wireName()), reason);
        }
        if (to == JobState.RUNNING && change.from() == JobState.STARTING) {
            return new Occasion(List.of("started"), reason);
        }
        boolean again = to == JobState.QUEUED && change.from() != null;
        return new Occasion(again ? List.of("retried") : List.of(), reason);
    }

    boolean isOneOf(List<String> wanted) {
        return !Set.copyOf(wanted).stream().filter(names::contains).toList().isEmpty();
    }

    /** What a template calls it. */
    String name() {
        return names.get(names.size() - 1);
    }
}
