package io.signalbox.engine.metric;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;

/** Edits that make the target texts of what is likeliest at each place, by Levenshtein's distance, over the targets' length. */
final class Edits {

    private final Tally tally;

    private Edits(int length, Cutter cutter) {
        this.tally = new Tally(2, (batch, numbers) -> {
            for (int begin = 0; begin < batch.rows(); begin += length) {
                int[] told = new int[length];
                int[] there = new int[length];
                for (int i = 0; i < told.length; i++) {
                    told[i] = batch.likeliest(begin + i);
                    there[i] = (int) batch.targets()[begin + i];
                }
                List<?> reference = cutter.cut(there);
                numbers[0] += distance(reference, cutter.cut(told));
                numbers[1] += reference.size();
            }
        });
    }

    /** Cuts a text into what is compared. */
    @FunctionalInterface
    private interface Cutter {
        List<?> cut(int[] tokens);
    }

    /** Of tokens, one by one: the character error rate. */
    static Edits ofTokens(int length) {
        return new Edits(length, tokens -> Arrays.stream(tokens).boxed().toList());
    }

    /** Of words: what lies between blanks. */
    static Edits ofWords(int length, IntPredicate blank) {
        return new Edits(length, tokens -> words(tokens, blank));
    }

    private static List<List<Integer>> words(int[] tokens, IntPredicate blank) {
        List<List<Integer>> words = new ArrayList<>();
        List<Integer> word = new ArrayList<>();
        for (int token : tokens) {
            if (!blank.test(token)) {
                word.add(token);
            } else if (!word.isEmpty()) {
                words.add(word);
                word = new ArrayList<>();
            }
        }
        if (!word.isEmpty()) {
            words.add(word);
        }
        return words;
    }

    /** Changes, additions and omissions, as few as possible, that make {@code reference} of {@code other}. */
    static int distance(List<?> reference, List<?> other) {
        int[] row = new int[other.size() + 1];
        Arrays.setAll(row, i -> i);
        for (int i = 1; i <= reference.size(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int change = diagonal + (reference.get(i - 1).equals(other.get(j - 1)) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(change, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[row.length - 1];
    }

    Tally tally() {
        return tally;
    }

    /** NaN where the targets are empty. */
    double rate() {
        return tally.numbers()[0] / tally.numbers()[1];
    }
}
