package io.signalbox.callback;

/** A callback that cannot do what it was set up for: the run ends with an error. */
public final class CallbackException extends RuntimeException {

    private final String callback;

    /** @param message what is wrong and what to do, without the callback's name */
    public CallbackException(String callback, String message) {
        super(callback + ": " + message);
        this.callback = callback;
    }

    /** Name of the callback. */
    public String callback() {
        return callback;
    }
}
