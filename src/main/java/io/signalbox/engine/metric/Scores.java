package io.signalbox.engine.metric;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Base64;
import java.util.function.IntPredicate;
import java.util.function.IntToDoubleFunction;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Every score and target of a set, for the area under the receiver operating characteristic as scikit-learn has it: exact,
 * ties by half. {@code MetricSpec.Auc.MOST_SCORES} bounds what is kept.
 */
final class Scores implements Statistic {

    /** Floats in one text of the state: readers of JSON bound the length of a text. */
    private static final int BLOCK = 1 << 20;

    private final int width;
    private final boolean classes;
    private float[] outputs = new float[0];
    private float[] targets = new float[0];
    private int rows;
    private int rowsBefore;

    /**
     * Of a network.
     *
     * @param classes whether targets are class indices, else a label for each output
     */
    Scores(int width, boolean classes) {
        this.width = width;
        this.classes = classes;
    }

    @Override
    public void add(Batch batch) {
        rowsBefore = rows;
        outputs = append(outputs, rows * width, batch.outputs());
        targets = append(targets, rows * targetWidth(), batch.targets());
        rows += batch.rows();
    }

    private int targetWidth() {
        return classes ? 1 : width;
    }

    private static float[] append(float[] to, int length, double[] values) {
        float[] grown = length + values.length <= to.length
                ? to
                : Arrays.copyOf(to, Math.max(length + values.length, (int)
                        Math.min(2L * to.length, Integer.MAX_VALUE / 2)));
        for (int i = 0; i < values.length; i++) {
            grown[length + i] = (float) values[i];
        }
        return grown;
    }

    @Override
    public void undo() {
        rows = rowsBefore;
    }

    @Override
    public void reset() {
        rows = 0;
        rowsBefore = 0;
    }

    /**
     * The area, or its mean over classes or labels.
     *
     * @param pairs whether of more than two classes each is compared with each other one, not with all others
     * @return NaN where a class (of all examples or of none) leaves it undefined
     */
    double auc(boolean pairs) {
        if (!classes) {
            double sum = 0;
            for (int label = 0; label < width; label++) {
                int column = label;
                sum += area(
                        row -> outputs[row * width + column], row -> targets[row * width + column] > 0.5, row -> true);
            }
            return sum / width;
        }
        if (width == 2) {
            return area(row -> (double) outputs[row * 2 + 1] - outputs[row * 2], row -> target(row) == 1, row -> true);
        }
        double[] totals = new double[rows];
        Arrays.setAll(totals, this::logSumExp);
        return pairs ? ofPairs(totals) : ofEach(totals);
    }

    private double ofEach(double[] totals) {
        double sum = 0;
        for (int c = 0; c < width; c++) {
            int one = c;
            sum += area(row -> probability(row, one, totals), row -> target(row) == one, row -> true);
        }
        return sum / width;
    }

    /** Over the pairs of classes that occur. */
    private double ofPairs(double[] totals) {
        boolean[] occurs = new boolean[width];
        for (int row = 0; row < rows; row++) {
            occurs[target(row)] = true;
        }
        double sum = 0;
        int pairs = 0;
        for (int a = 0; a < width; a++) {
            for (int b = a + 1; b < width; b++) {
                if (occurs[a] && occurs[b]) {
                    sum += (against(a, b, totals) + against(b, a, totals)) / 2;
                    pairs++;
                }
            }
        }
        return pairs == 0 ? Double.NaN : sum / pairs;
    }

    private double against(int one, int other, double[] totals) {
        return area(
                row -> probability(row, one, totals),
                row -> target(row) == one,
                row -> target(row) == one || target(row) == other);
    }

    private int target(int row) {
        return (int) targets[row];
    }

    private double probability(int row, int c, double[] totals) {
        return Math.exp(outputs[row * width + c] - totals[row]);
    }

    private double logSumExp(int row) {
        double highest = Double.NEGATIVE_INFINITY;
        for (int c = 0; c < width; c++) {
            highest = Math.max(highest, outputs[row * width + c]);
        }
        double sum = 0;
        for (int c = 0; c < width; c++) {
            sum += Math.exp(outputs[row * width + c] - highest);
        }
        return highest + Math.log(sum);
    }

    /** Mann and Whitney's statistic: the share of pairs of a positive and a negative that are in order. */
    private double area(IntToDoubleFunction score, IntPredicate positive, IntPredicate counts) {
        double[] positives = new double[rows];
        double[] negatives = new double[rows];
        int p = 0;
        int n = 0;
        for (int row = 0; row < rows; row++) {
            if (counts.test(row)) {
                if (positive.test(row)) {
                    positives[p++] = score.applyAsDouble(row) + 0.0; // one zero, not two
                } else {
                    negatives[n++] = score.applyAsDouble(row) + 0.0;
                }
            }
        }
        if (p == 0 || n == 0) {
            return Double.NaN;
        }
        Arrays.sort(positives, 0, p);
        Arrays.sort(negatives, 0, n);
        if (Double.isNaN(positives[p - 1]) || Double.isNaN(negatives[n - 1])) {
            return Double.NaN;
        }
        double below = 0;
        int less = 0;
        int lessOrEqual = 0;
        for (int i = 0; i < p; i++) {
            while (less < n && negatives[less] < positives[i]) {
                less++;
            }
            while (lessOrEqual < n && negatives[lessOrEqual] <= positives[i]) {
                lessOrEqual++;
            }
            below += (less + (double) lessOrEqual) / 2;
        }
        return below / ((double) p * n);
    }

    @Override
    public JsonNode state() {
        ObjectNode state = JsonNodeFactory.instance.objectNode().put("rows", rows);
        state.set("outputs", texts(outputs, rows * width));
        state.set("targets", texts(targets, rows * targetWidth()));
        return state;
    }

    private static ArrayNode texts(float[] values, int length) {
        ArrayNode texts = JsonNodeFactory.instance.arrayNode();
        for (int from = 0; from < length; from += BLOCK) {
            int count = Math.min(BLOCK, length - from);
            ByteBuffer bytes = ByteBuffer.allocate(count * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asFloatBuffer().put(values, from, count);
            texts.add(Base64.getEncoder().encodeToString(bytes.array()));
        }
        return texts;
    }

    @Override
    public void restore(JsonNode state) {
        rows = state.get("rows").asInt();
        rowsBefore = rows;
        outputs = floats(state.get("outputs"), rows * width);
        targets = floats(state.get("targets"), rows * targetWidth());
    }

    private static float[] floats(JsonNode texts, int length) {
        float[] values = new float[length];
        int from = 0;
        for (JsonNode text : texts) {
            byte[] bytes = Base64.getDecoder().decode(text.asString());
            int count = bytes.length / Float.BYTES;
            ByteBuffer.wrap(bytes)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asFloatBuffer()
                    .get(values, from, count);
            from += count;
        }
        return values;
    }
}
