package io.signalbox.callback;

import java.nio.FloatBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What callbacks can see of a run's network and of its validation part. Looking changes nothing: training is the same, to the
 * last bit. Parameters are named as in {@link Updates}, layers numbered as {@code nn.Sequential} numbers them. Confined to the
 * training thread.
 */
public interface Insight {

    /** Of a run without a network, such as a replay. */
    Insight NONE = new Insight() {};

    /** Takes tensors, one after the other. */
    @FunctionalInterface
    interface Visitor {

        /** @param values all elements, row by row; good until this returns */
        void visit(String name, List<Long> shape, FloatBuffer values);
    }

    /** What the network predicts. */
    enum Kind {
        /** One class of several: an output for each. */
        CLASS,

        /** One label or several, each of which applies or not. */
        LABELS,

        /** Numbers. */
        NUMBERS
    }

    /**
     * What the network predicts, and under which names.
     *
     * @param names of the classes, labels or numbers; of one label the two classes
     */
    record Target(Kind kind, List<String> names) {}

    /**
     * What the network gave for a validation batch, one row after the other: a row an example, or a row for each of an
     * example's positions where there is a target at each.
     *
     * @param first place of the first row among all of the validation part
     * @param width numbers of a row of {@code scores}, before softmax or sigmoid
     * @param targets of each row the class's index, or as many numbers as {@code scores}
     */
    record Outputs(int first, int width, double[] scores, double[] targets) {

        public int rows() {
            return scores.length / width;
        }
    }

    /** The job; null where there is none. */
    default @Nullable JobFacts job() {
        return null;
    }

    /** All that is trained, in the network's order. */
    default void weights(Visitor visitor) {}

    /** One of the weights as a grey PNG in base64, the smallest number black and the largest white; null for one that is no picture. */
    default @Nullable String weightPicture(String parameter) {
        return null;
    }

    /** Keeps the gradients of the next update. */
    default void keepGradients() {}

    /** The gradients that were kept last, before clipping; none before the first were. */
    default void gradients(Visitor visitor) {}

    /** What the network predicts; null where there is none. */
    default @Nullable Target target() {
        return null;
    }

    /** Examples of the validation part. */
    default int validationExamples() {
        return 0;
    }

    /** Has the next validation batch tell what the network gives. To be asked before each batch. */
    default void watch() {}

    /** What it gave for the batch that was just gone through; null where nobody watched. */
    default @Nullable Outputs outputs() {
        return null;
    }

    /** The class's index, or the values, that a validation example is to be predicted as. */
    default double[] targetOf(int example) {
        return new double[0];
    }

    /** A validation example as PNG in base64, or a spectrogram so, of at most 128 pixels a side; null for one that is no picture. */
    default @Nullable String picture(int example) {
        return null;
    }

    /** A validation example as the text that the network saw, or its begin; null for one that is no text. */
    default @Nullable String text(int example) {
        return null;
    }

    /**
     * What a layer gives for validation examples, a row each: of a picture's channels, and of a sequence's features, the
     * means.
     */
    default List<float[]> layerOutputs(int layer, int[] examples) {
        return List.of();
    }

    /** Whether the network goes on with texts. */
    default boolean goesOn() {
        return false;
    }

    /**
     * Goes on with a text by the present weights; the same weights give the same text.
     *
     * @param prompt null for the first tokens of the data
     * @param length tokens to add
     * @param temperature scores are divided by it; 0 takes the highest
     * @return the prompt and what came after it
     */
    default Generated generate(@Nullable String prompt, int length, double temperature) {
        throw new UnsupportedOperationException("there is no network that goes on with texts");
    }

    /** A text that was gone on with. */
    record Generated(String prompt, String text) {}
}
