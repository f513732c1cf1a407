package io.signalbox.event;

/** Events as JSON: the envelope's fields and the detail's side by side, names in snake case. Thread-safe. */
public final class EventJson {

    private EventJson() {}

    /** One line without line breaks. */
    public static String write(Event event) {
        throw new UnsupportedOperationException();
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @throws IllegalArgumentException for anything else
     */
    public static Event read(String json) {
        throw new UnsupportedOperationException();
    }

    /** The type's name on the wire, such as {@code batch_end}. */
    public static String typeOf(EventDetail detail) {
        throw new UnsupportedOperationException();
    }
}
