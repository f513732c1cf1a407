package io.signalbox.spec.model;

import java.util.List;

/**
 * What comes into a network: the shape of one example, and whether it holds numbers or token ids.
 *
 * @param shape without the batch dimension: {@code [features]}, {@code [channels, height, width]}, {@code [length,
 *     features]} of sequences, {@code [length]} of tokens
 * @param vocabulary 0 for numbers; else how many tokens there are: ids go from 0 to {@code vocabulary - 1}
 * @param padded whether token 0 only fills examples up at their end
 */
public record Input(List<Integer> shape, int vocabulary, boolean padded) {

    /** Numbers of that shape. */
    public static Input numbers(List<Integer> shape) {
        return new Input(shape, 0, false);
    }

    /** Numbers of that shape. */
    public static Input numbers(Integer... shape) {
        return numbers(List.of(shape));
    }

    /** Sequences of token ids. */
    public static Input tokens(int length, int vocabulary) {
        return new Input(List.of(length), vocabulary, false);
    }

    /** Sequences of token ids, 0 behind the end of those that are shorter. */
    public static Input padded(int length, int vocabulary) {
        return new Input(List.of(length), vocabulary, true);
    }

    /** Whether it holds token ids, which only an embedding takes. */
    public boolean ofTokens() {
        return vocabulary > 0;
    }
}
