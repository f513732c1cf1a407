package io.signalbox.server.history;

import io.signalbox.event.Event;
import io.signalbox.event.EventDetail.BatchEnd;
import io.signalbox.event.EventDetail.EpochEnd;
import io.signalbox.event.EventDetail.MetricsLogged;
import java.util.Map;

/**
 * The points of curves that an event tells. Beside what is logged every point has its learning rate recorded with it, and every
 * epoch the time of its end, in seconds since 1970.
 */
final class Points {

    private static final String LEARNING_RATE = "learning_rate";
    private static final String TIME = "time";
    private static final double MILLIS_PER_SECOND = 1000;

    private Points() {}

    interface Sink {

        void add(Axis axis, String name, long x, double value);
    }

    static void of(Event event, double learningRate, Sink sink) {
        if (event.detail() instanceof BatchEnd batch && event.step() != null) {
            add(Axis.STEP, event.step(), batch.logs(), learningRate, sink);
        } else if (event.detail() instanceof MetricsLogged measured && event.step() != null) {
            long step = event.step();
            measured.logs().forEach((name, value) -> sink.add(Axis.STEP, name, step, value));
        } else if (event.detail() instanceof EpochEnd end && event.epoch() != null) {
            add(Axis.EPOCH, event.epoch(), end.logs(), learningRate, sink);
            if (!end.logs().containsKey(TIME)) {
                sink.add(Axis.EPOCH, TIME, event.epoch(), event.at().toEpochMilli() / MILLIS_PER_SECOND);
            }
        }
    }

    private static void add(Axis axis, long x, Map<String, Double> logs, double learningRate, Sink sink) {
        logs.forEach((name, value) -> sink.add(axis, name, x, value));
        if (!logs.containsKey(LEARNING_RATE)) {
            sink.add(axis, LEARNING_RATE, x, learningRate);
        }
    }
}
