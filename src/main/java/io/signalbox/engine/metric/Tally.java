package io.signalbox.engine.metric;

import java.util.Arrays;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** A statistic that is a few numbers, whatever the number of examples. */
final class Tally implements Statistic {

    private final Rule rule;
    private final double[] numbers;
    private final double[] before;

    /** How a batch changes the numbers, which begin as zeros. */
    @FunctionalInterface
    interface Rule {
        void add(Batch batch, double[] numbers);
    }

    Tally(int size, Rule rule) {
        this.rule = rule;
        this.numbers = new double[size];
        this.before = new double[size];
    }

    double[] numbers() {
        return numbers;
    }

    @Override
    public void add(Batch batch) {
        System.arraycopy(numbers, 0, before, 0, numbers.length);
        rule.add(batch, numbers);
    }

    @Override
    public void undo() {
        System.arraycopy(before, 0, numbers, 0, numbers.length);
    }

    @Override
    public void reset() {
        Arrays.fill(numbers, 0);
        Arrays.fill(before, 0);
    }

    /** Texts, so that NaN is one too. */
    @Override
    public JsonNode state() {
        ArrayNode state = JsonNodeFactory.instance.arrayNode(numbers.length);
        for (double number : numbers) {
            state.add(Double.toString(number));
        }
        return state;
    }

    @Override
    public void restore(JsonNode state) {
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = Double.parseDouble(state.get(i).asString());
        }
    }
}
