package io.signalbox.spec.schema;

import io.signalbox.spec.Names;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Guesses which name was meant. */
final class Suggestion {

    /** Longer input is no slip of the pen, and comparing it would cost. */
    private static final int MAX_LENGTH = 64;

    private Suggestion() {}

    /** The nearest of {@code names} as a hint to append to a sentence, or nothing when none is near. */
    static String hint(String given, Collection<String> names) {
        return nearest(given, names).map(name -> ", did you mean " + name + "?").orElse("");
    }

    private static Optional<String> nearest(String given, Collection<String> names) {
        if (given.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        String snake = Names.snakeCase(given).replace('-', '_');
        int reach = Math.max(1, snake.length() / 3);
        return names.stream()
                .filter(name -> distance(snake, Names.snakeCase(name)) <= reach)
                .min(Comparator.comparingInt(name -> distance(snake, Names.snakeCase(name))));
    }

    /** Levenshtein's distance. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int substituted = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(substituted, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
