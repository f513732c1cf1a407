package io.signalbox.engine.augment;

import static io.signalbox.engine.torch.Script.number;
import static io.signalbox.engine.torch.Script.on;

import io.signalbox.engine.random.Randomness;
import java.util.List;

/** Turns images about their middle by at most {@code degrees}, counter-clockwise where that is positive. */
record Rotation(List<Integer> shape, double degrees, boolean bilinear) implements Operation {

    /** PyTorch's number of the ways to look pixels up, and of black beyond the edges. */
    private static final int BILINEAR = 0;

    private static final int NEAREST = 1;
    private static final int ZEROS = 0;

    @Override
    public int columns() {
        return 3;
    }

    @Override
    public void draw(Randomness random, double[] row, int at) {
        double angle = (2 * random.unit() - 1) * degrees;
        row[at] = angle;
        row[at + 1] = StrictMath.cos(StrictMath.toRadians(angle));
        row[at + 2] = StrictMath.sin(StrictMath.toRadians(angle));
    }

    /** Places are told from -1 to 1 over each side, those of pixels are their middles. */
    @Override
    public List<String> code(int at) {
        int height = shape.get(1);
        int width = shape.get(2);
        String cos = turned(at + 1);
        String sin = turned(at + 2);
        return List.of(
                "across = torch.reshape(" + middles(width) + ", [1, 1, -1])",
                "down = torch.reshape(" + middles(height) + ", [1, -1, 1])",
                "cos = " + cos,
                "sin = " + sin,
                "u = torch.sub(torch.mul(cos, across), torch.mul(torch.mul(sin, " + number((double) height / width)
                        + "), down))",
                "v = torch.add(torch.mul(torch.mul(sin, " + number((double) width / height)
                        + "), across), torch.mul(cos, down))",
                "x = torch.grid_sampler(x, torch.stack([u, v], 3), " + (bilinear ? BILINEAR : NEAREST) + ", " + ZEROS
                        + ", False)");
    }

    private static String turned(int at) {
        return "torch.reshape(torch.to(" + Operation.column(at) + ", 6), [-1, 1, 1])";
    }

    private static String middles(int side) {
        return "torch.sub(torch.div(torch.add(torch.mul(torch.arange(" + side + ", dtype=6, " + on("x") + "), 2), 1), "
                + side + "), 1)";
    }

    @Override
    public Double extent(double[] row, int at) {
        return Math.abs(row[at]);
    }
}
