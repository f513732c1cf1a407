package io.signalbox.data;

import java.util.List;

/** A linear classifier of pictures, trained by plain stochastic gradient descent: what a dataset must be too hard for. */
final class SoftmaxRegression {

    private static final float LEARNING_RATE = 0.02f;

    private final int pixels;
    private final float[][] weights;
    private final float[] picture;
    private final int[] inked;
    private int inkedCount;

    SoftmaxRegression(List<Integer> shape, int classes) {
        pixels = shape.stream().mapToInt(Integer::intValue).reduce(1, (a, b) -> a * b);
        weights = new float[classes][pixels + 1];
        picture = new float[pixels + 1];
        inked = new int[pixels + 1];
    }

    void train(Examples examples) {
        for (int example = 0; example < examples.count(); example++) {
            look(examples, example);
            float[] error = probabilities();
            error[label(examples, example)] -= 1;
            for (int c = 0; c < weights.length; c++) {
                for (int i = 0; i < inkedCount; i++) {
                    weights[c][inked[i]] -= LEARNING_RATE * error[c] * picture[inked[i]];
                }
            }
        }
    }

    double accuracy(Examples examples) {
        int right = 0;
        for (int example = 0; example < examples.count(); example++) {
            look(examples, example);
            float[] scores = probabilities();
            int best = 0;
            for (int c = 1; c < scores.length; c++) {
                best = scores[c] > scores[best] ? c : best;
            }
            right += best == label(examples, example) ? 1 : 0;
        }
        return (double) right / examples.count();
    }

    /** Takes up the pixels that are not black, and behind the last the bias. */
    private void look(Examples examples, int example) {
        inkedCount = 0;
        for (int pixel = 0; pixel < pixels; pixel++) {
            picture[pixel] = (examples.features().get(example * pixels + pixel) & 0xFF) / 255f;
            if (picture[pixel] > 0) {
                inked[inkedCount++] = pixel;
            }
        }
        picture[pixels] = 1;
        inked[inkedCount++] = pixels;
    }

    private float[] probabilities() {
        float[] scores = new float[weights.length];
        double sum = 0;
        for (int c = 0; c < scores.length; c++) {
            float score = 0;
            for (int i = 0; i < inkedCount; i++) {
                score += weights[c][inked[i]] * picture[inked[i]];
            }
            scores[c] = (float) Math.exp(score);
            sum += scores[c];
        }
        for (int c = 0; c < scores.length; c++) {
            scores[c] /= (float) sum;
        }
        return scores;
    }

    private static int label(Examples examples, int example) {
        return (int) examples.target().getLong(example * Long.BYTES);
    }
}
