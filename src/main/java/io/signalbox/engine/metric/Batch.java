package io.signalbox.engine.metric;

/**
 * What a network gave for a batch, and what it should have given, row by row.
 *
 * @param outputs {@code rows × width}: class scores, logits or numbers
 * @param width outputs a row
 * @param targets a class index for each row, or {@code rows × width} values
 */
@SuppressWarnings("ArrayRecordComponent") // read-only by convention
public record Batch(double[] outputs, int width, double[] targets) {

    int rows() {
        return outputs.length / width;
    }

    double output(int row, int column) {
        return outputs[row * width + column];
    }

    double target(int row, int column) {
        return targets[row * width + column];
    }

    /** The class whose score is highest, the first of equal ones. */
    int likeliest(int row) {
        int best = 0;
        for (int c = 1; c < width; c++) {
            if (output(row, c) > output(row, best)) {
                best = c;
            }
        }
        return best;
    }
}
