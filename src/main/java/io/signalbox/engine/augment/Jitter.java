package io.signalbox.engine.augment;

import io.signalbox.engine.random.Randomness;
import io.signalbox.spec.AugmentSpec.ColorJitter;
import java.util.ArrayList;
import java.util.List;

/**
 * Changes brightness, contrast and saturation as torchvision's functions of these names do.
 *
 * @param bytes whether pixels go from 0 to 255, beyond which nothing is to come
 */
record Jitter(int channels, boolean bytes, ColorJitter spec) implements Operation {

    private static final int COLOURS = 3;

    /** ITU-R 601-2 luma, as Pillow and torchvision have it. */
    private static final String GREY =
            "torch.add(torch.add(torch.mul(torch.slice(x, 1, 0, 1), 0.2989), torch.mul(torch.slice(x, 1, 1, 2), 0.587)),"
                    + " torch.mul(torch.slice(x, 1, 2, 3), 0.114))";

    @Override
    public int columns() {
        return COLOURS;
    }

    @Override
    public void draw(Randomness random, double[] row, int at) {
        row[at] = factor(random, spec.brightness());
        row[at + 1] = factor(random, spec.contrast());
        row[at + 2] = factor(random, spec.saturation());
    }

    private static double factor(Randomness random, double reach) {
        double low = Math.max(0, 1 - reach);
        return low + (1 + reach - low) * random.unit();
    }

    @Override
    public List<String> code(int at) {
        List<String> code = new ArrayList<>();
        if (spec.brightness() > 0) {
            code.add("x = " + clamped("torch.mul(x, " + Operation.perImage(at) + ")"));
        }
        if (spec.contrast() > 0) {
            code.add("grey = torch.mean(" + grey() + ", [1, 2, 3], True)");
            code.add(blend(at + 1));
        }
        if (spec.saturation() > 0) {
            code.add("grey = " + grey());
            code.add(blend(at + 2));
        }
        return code;
    }

    private String grey() {
        return channels == COLOURS ? GREY : "x";
    }

    private String blend(int at) {
        return "x = "
                + clamped("torch.add(torch.mul(x, " + Operation.perImage(at) + "), torch.mul(grey, torch.rsub("
                        + Operation.perImage(at) + ", 1)))");
    }

    private String clamped(String expression) {
        return bytes ? "torch.clamp(" + expression + ", 0, 255)" : expression;
    }

    @Override
    public Double extent(double[] row, int at) {
        return (Math.abs(row[at] - 1) + Math.abs(row[at + 1] - 1) + Math.abs(row[at + 2] - 1)) / COLOURS;
    }
}
