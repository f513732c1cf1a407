package io.signalbox.data;

import java.util.Arrays;

/** Scales of a table's inputs: {@code (x - shift) * factor}. */
record Normalization(double[] shift, double[] factor) {

    /** Below this a spread is rounding, and its inverse may be infinite: such a column counts as constant. */
    private static final double SMALLEST_SPREAD = 1e-30;

    static Normalization identity(int width) {
        double[] factor = new double[width];
        Arrays.fill(factor, 1);
        return new Normalization(new double[width], factor);
    }

    /**
     * Fits one input as scikit-learn does: {@code standard} to mean 0 and standard deviation 1, {@code minmax} to 0..1; a
     * constant one becomes 0.
     */
    void fit(int input, String how, Moments seen) {
        boolean standard = how.equals("standard");
        double spread = standard ? seen.std() : seen.max() - seen.min();
        shift[input] = standard ? seen.mean() : seen.min();
        factor[input] = spread > SMALLEST_SPREAD ? 1 / spread : 1;
    }

    /** Takes the scaled inputs one after the other. */
    @FunctionalInterface
    interface Scaled {
        void input(float value);
    }

    /** Scales the inputs of a row. */
    void apply(double[] inputs, Scaled scaled) {
        for (int i = 0; i < inputs.length; i++) {
            scaled.input((float) ((inputs[i] - shift[i]) * factor[i]));
        }
    }
}
