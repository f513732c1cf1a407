package io.signalbox.callback.schedule;

/** A schedule has no rate for a moment. The message says why and what to do. */
public final class ScheduleException extends RuntimeException {

    private static final long serialVersionUID = 1;

    ScheduleException(String message) {
        super(message);
    }
}
