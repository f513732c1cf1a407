package io.signalbox.engine.augment;

import static io.signalbox.engine.torch.Script.on;

import io.signalbox.engine.random.Randomness;
import java.util.ArrayList;
import java.util.List;

/** Moves images by whole pixels, at most {@code padding} either way. */
record Crop(List<Integer> shape, int padding, String mode) implements Operation {

    @Override
    public int columns() {
        return 2;
    }

    @Override
    public void draw(Randomness random, double[] row, int at) {
        row[at] = random.below(2 * padding + 1) - padding;
        row[at + 1] = random.below(2 * padding + 1) - padding;
    }

    @Override
    public List<String> code(int at) {
        int channels = shape.get(0);
        int height = shape.get(1);
        int width = shape.get(2);
        List<String> code = new ArrayList<>();
        code.add("rows = " + from(at, height));
        code.add("columns = " + from(at + 1, width));
        if (mode.equals("constant")) {
            code.add("inside = torch.logical_and(" + within("rows", height, "[-1, 1, " + height + ", 1]") + ", "
                    + within("columns", width, "[-1, 1, 1, " + width + "]") + ")");
        }
        code.add("rows = torch.expand(torch.reshape(" + looked("rows", height) + ", [-1, 1, " + height + ", 1]), [-1, "
                + channels + ", -1, " + width + "])");
        code.add("columns = torch.expand(torch.reshape(" + looked("columns", width) + ", [-1, 1, 1, " + width
                + "]), [-1, " + channels + ", " + height + ", -1])");
        code.add("x = torch.gather(torch.gather(x, 2, rows), 3, columns)");
        if (mode.equals("constant")) {
            code.add("x = torch.mul(x, torch.to(inside, 6))");
        }
        return code;
    }

    /** Where the pixels of a side come from, for each example. */
    private static String from(int at, int side) {
        return "torch.add(torch.reshape(torch.to(" + Operation.column(at) + ", 4), [-1, 1]), torch.arange(" + side
                + ", " + on("x") + "))";
    }

    private static String within(String places, int side, String meeting) {
        return "torch.reshape(torch.logical_and(torch.ge(" + places + ", 0), torch.lt(" + places + ", " + side + ")), "
                + meeting + ")";
    }

    private String looked(String places, int side) {
        int last = side - 1;
        return mode.equals("reflect")
                ? "torch.rsub(torch.abs(torch.rsub(torch.abs(" + places + "), " + last + ")), " + last + ")"
                : "torch.clamp(" + places + ", 0, " + last + ")";
    }

    @Override
    public Double extent(double[] row, int at) {
        return row[at] != 0 || row[at + 1] != 0 ? 1.0 : 0;
    }
}
