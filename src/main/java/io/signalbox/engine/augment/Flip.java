package io.signalbox.engine.augment;

import io.signalbox.engine.random.Randomness;
import java.util.List;

/**
 * Mirrors images.
 *
 * @param dimension of the batch, in whose order pixels are turned round
 */
record Flip(int dimension, double p) implements Operation {

    @Override
    public int columns() {
        return 1;
    }

    @Override
    public void draw(Randomness random, double[] row, int at) {
        row[at] = random.unit() < p ? 1 : 0;
    }

    @Override
    public List<String> code(int at) {
        return List.of(
                "flip = torch.gt(" + Operation.perImage(at) + ", 0.5)",
                "x = torch.where(flip, torch.flip(x, [" + dimension + "]), x)");
    }

    @Override
    public Double extent(double[] row, int at) {
        return row[at];
    }
}
