package io.signalbox.spec.model;

import java.util.List;

/**
 * What comes into a network: the shape of one example, and whether it holds numbers or token ids.
 *
 * @param shape without the batch dimension: {@code [features]}, {@code [channels, height, width]}, {@code [length,
 *     features]} of sequences, {@code [length]} of tokens
 * @param vocabulary 0 for numbers; else how many tokens there are: ids go from 0 to {@code vocabulary - 1}
 */
public record Input(List<Integer> shape, int vocabulary) {

    /** Numbers of that shape. */
    public static Input numbers(List<Integer> shape) {
        return new Input(shape, 0);
    }

    /** Numbers of that shape. */
    public static Input numbers(Integer... shape) {
        return numbers(List.of(shape));
    }

    /** Sequences of token ids. */
    public static Input tokens(int length, int vocabulary) {
        return new Input(List.of(length), vocabulary);
    }

    /** Whether it holds token ids, which only an embedding takes. */
    public boolean ofTokens() {
        return vocabulary > 0;
    }
}
