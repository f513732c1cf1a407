package io.signalbox.spec;

/** What names may look like, as regular expressions that match the whole name. */
public final class Names {

    /** A name that becomes a file or a path segment: datasets, weights, checkpoints, callbacks. */
    public static final String FILE = "[a-z0-9][a-z0-9._-]{0,63}";

    /** A name for people: any letters, digits, punctuation and single spaces, nothing invisible. */
    public static final String LABEL = "[\\p{L}\\p{M}\\p{N}\\p{P}\\p{S}]+( [\\p{L}\\p{M}\\p{N}\\p{P}\\p{S}]+)*";

    private Names() {}
}
