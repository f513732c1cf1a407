package io.signalbox.trainer;

import io.signalbox.callback.Numbers;
import io.signalbox.event.EventDetail;
import io.signalbox.event.EventDetail.Alert;
import io.signalbox.event.EventDetail.CallbackActed;
import io.signalbox.event.EventDetail.CheckpointSaved;
import io.signalbox.event.EventDetail.CommandApplied;
import io.signalbox.event.EventDetail.CommandRejected;
import io.signalbox.event.EventDetail.EpochEnd;
import io.signalbox.event.EventDetail.LearningRateChanged;
import io.signalbox.event.EventDetail.Log;
import io.signalbox.event.EventDetail.Restored;
import io.signalbox.event.EventDetail.StateChanged;
import io.signalbox.event.EventDetail.TrainBegin;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/** The trainer's log for people: a line for each event that matters to them, epochs as Keras' ProgbarLogger has them. */
final class LogLines {

    private final Map<Class<?>, Function<EventDetail, String>> texts = new HashMap<>();
    private final Logger log;
    private int epochs;
    private int epoch;

    LogLines(Logger log) {
        this.log = log;
        add(TrainBegin.class, this::begin);
        add(EpochEnd.class, this::epoch);
        add(StateChanged.class, LogLines::state);
        add(
                LearningRateChanged.class,
                e -> "Learning rate " + Numbers.progress(e.from()) + " -> " + Numbers.progress(e.to()) + " by "
                        + e.by());
        add(CallbackActed.class, e -> e.name() + ": " + e.message());
        add(Alert.class, e -> e.by() + ": " + e.message());
        add(CheckpointSaved.class, e -> "Checkpoint " + e.name() + " saved, " + e.bytes() + " bytes, by " + e.by());
        add(Restored.class, e -> "Restored " + e.what() + " by " + e.by());
        add(CommandApplied.class, e -> "Command " + e.command() + " applied: " + e.message());
        add(CommandRejected.class, e -> "Command " + e.command() + " rejected: " + e.message());
        add(Log.class, Log::message);
    }

    private <E extends EventDetail> void add(Class<E> type, Function<E, String> text) {
        texts.put(type, detail -> text.apply(type.cast(detail)));
    }

    void tell(@Nullable Integer atEpoch, EventDetail detail) {
        epoch = atEpoch == null ? epoch : atEpoch;
        Function<EventDetail, String> text = texts.get(detail.getClass());
        if (text == null) {
            return;
        }
        switch (level(detail)) {
            case "error" -> log.error(text.apply(detail));
            case "warning" -> log.warn(text.apply(detail));
            default -> log.info(text.apply(detail));
        }
    }

    private static String level(EventDetail detail) {
        if (detail instanceof Log line) {
            return line.level();
        }
        if (detail instanceof Alert) {
            return "warning";
        }
        return detail instanceof CallbackActed acted ? acted.level() : "info";
    }

    private String begin(TrainBegin begin) {
        epochs = begin.epochs();
        String from = begin.resumedFrom() == null ? "" : ", going on from checkpoint " + begin.resumedFrom();
        return "Training " + begin.parameters() + " parameters for " + begin.epochs() + " epochs of "
                + begin.stepsPerEpoch() + " steps" + from;
    }

    private String epoch(EpochEnd end) {
        String metrics = end.logs().entrySet().stream()
                .map(metric -> " - " + metric.getKey() + ": " + Numbers.progress(metric.getValue()))
                .collect(Collectors.joining());
        return String.format(Locale.ROOT, "Epoch %d/%d - %.1fs%s", epoch + 1, epochs, end.seconds(), metrics);
    }

    private static String state(StateChanged change) {
        return "The job is " + change.to().wireName() + (change.reason() == null ? "" : ": " + change.reason());
    }
}
