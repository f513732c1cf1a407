package io.signalbox.engine.augment;

import static io.signalbox.engine.torch.Script.number;

import io.signalbox.engine.random.Randomness;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Adds normal noise. Java draws a seed for each example, PyTorch's generator the numbers.
 *
 * @param bytes whether numbers are pixels from 0 to 255, which they stay
 */
record Noise(double sigma, boolean bytes) implements Operation {

    private static final double WHITE = 255;

    /** A double holds integers of so many bits. */
    private static final int SEED_BITS = 53;

    @Override
    public int columns() {
        return 1;
    }

    @Override
    public void draw(Randomness random, double[] row, int at) {
        row[at] = random.next() >>> (Long.SIZE - SEED_BITS);
    }

    @Override
    public List<String> code(int at) {
        List<String> code = new ArrayList<>(List.of(
                "noise = torch.empty_like(x)",
                "for i in range(torch.size(x, 0)):",
                "  torch.manual_seed(int(torch.select(" + Operation.column(at) + ", 0, i)))",
                "  torch.normal_(torch.select(noise, 0, i), 0., " + number(bytes ? sigma * WHITE : sigma) + ")",
                "x = torch.add(x, noise)"));
        if (bytes) {
            code.add("x = torch.clamp(x, 0, 255)");
        }
        return code;
    }

    @Override
    public @Nullable Double extent(double[] row, int at) {
        return null;
    }
}
