package io.signalbox.data;

/** What texts are made of: characters, bytes or words, each with an id. */
public sealed interface Tokens permits TokenPreparation {

    /** How many ids there may be. */
    int ids();

    /** Whether the next token is predicted at each position, so that a text can be gone on with. */
    boolean goesOn();

    /** Whether a token parts words. */
    boolean isBlank(int id);

    /** The ids of a text; what the training part did not have is unknown. */
    int[] encode(String text);

    /** The text of some ids. */
    String decode(int[] ids);
}
