package io.signalbox.engine.augment;

import static io.signalbox.engine.torch.Script.on;

import io.signalbox.engine.random.Randomness;
import io.signalbox.spec.AugmentSpec.Cutout;
import io.signalbox.spec.AugmentSpec.SpecAugment;
import java.util.ArrayList;
import java.util.List;

/**
 * Blanks rectangles out: a square, or bands of a spectrogram.
 *
 * @param fill expression of what is put there; of the batch before any hole was made
 */
record Holes(List<Integer> shape, List<Hole> holes, String fill) implements Operation {

    private static final int EDGES = 4;

    /** Draws a rectangle: first and last row, each less than and beyond it, then the columns. All 0 for none. */
    @FunctionalInterface
    private interface Hole {
        void draw(Randomness random, double[] row, int at);
    }

    static Holes of(List<Integer> shape, boolean bytes, Cutout spec) {
        int height = shape.get(1);
        int width = shape.get(2);
        Hole square = (random, row, at) -> {
            boolean done = random.unit() < spec.p();
            int top = random.below(height) - spec.size() / 2;
            int left = random.below(width) - spec.size() / 2;
            if (done) {
                put(row, at, top, top + spec.size(), left, left + spec.size());
            }
        };
        // What the network is to see there is 0.
        return new Holes(shape, List.of(square), bytes ? "self.scale[0]" : "torch.zeros([1], " + on("x") + ")");
    }

    static Holes of(List<Integer> shape, SpecAugment spec) {
        int mels = shape.get(1);
        int frames = shape.get(2);
        List<Hole> bands = new ArrayList<>();
        for (int i = 0; i < spec.nTimeMasks(); i++) {
            double widest = Math.min(spec.timeMaskParam(), frames * spec.p());
            bands.add((random, row, at) -> {
                double width = random.unit() * Math.min(widest, frames);
                int first = (int) (random.unit() * (frames - width));
                put(row, at, 0, mels, first, first + (int) width);
            });
        }
        for (int i = 0; i < spec.nFreqMasks(); i++) {
            bands.add((random, row, at) -> {
                double width = random.unit() * Math.min(spec.freqMaskParam(), mels);
                int first = (int) (random.unit() * (mels - width));
                put(row, at, first, first + (int) width, 0, frames);
            });
        }
        return new Holes(shape, bands, "torch.mean(x, [1, 2, 3], True)");
    }

    private static void put(double[] row, int at, int top, int bottom, int left, int right) {
        row[at] = top;
        row[at + 1] = bottom;
        row[at + 2] = left;
        row[at + 3] = right;
    }

    @Override
    public int columns() {
        return EDGES * holes.size();
    }

    @Override
    public void draw(Randomness random, double[] row, int at) {
        for (int i = 0; i < holes.size(); i++) {
            holes.get(i).draw(random, row, at + i * EDGES);
        }
    }

    @Override
    public List<String> code(int at) {
        List<String> code = new ArrayList<>();
        code.add("fill = " + fill);
        code.add("down = torch.reshape(torch.arange(" + shape.get(1) + ", dtype=6, " + on("x") + "), [1, 1, -1, 1])");
        code.add("across = torch.reshape(torch.arange(" + shape.get(2) + ", dtype=6, " + on("x") + "), [1, 1, 1, -1])");
        for (int hole = at; hole < at + columns(); hole += EDGES) {
            code.add("hole = torch.logical_and(torch.logical_and(torch.ge(down, " + Operation.perImage(hole)
                    + "), torch.lt(down, " + Operation.perImage(hole + 1)
                    + ")), torch.logical_and(torch.ge(across, " + Operation.perImage(hole + 2)
                    + "), torch.lt(across, " + Operation.perImage(hole + 3) + ")))");
            code.add("x = torch.where(hole, fill, x)");
        }
        return code;
    }

    /** Share of the pixels; those of two holes count twice. */
    @Override
    public Double extent(double[] row, int at) {
        double pixels = 0;
        for (int hole = at; hole < at + columns(); hole += EDGES) {
            pixels +=
                    inside(row[hole], row[hole + 1], shape.get(1)) * inside(row[hole + 2], row[hole + 3], shape.get(2));
        }
        return pixels / ((double) shape.get(1) * shape.get(2));
    }

    private static double inside(double from, double to, int side) {
        return Math.max(0, Math.min(to, side) - Math.max(from, 0));
    }
}
