package io.signalbox.callback;

/** A command that cannot take effect now; the message says why. */
final class Rejection extends RuntimeException {

    private static final long serialVersionUID = 1;

    Rejection(String message) {
        super(message);
    }
}
