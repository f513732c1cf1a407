package io.signalbox.engine;

import io.signalbox.data.Png;
import io.signalbox.engine.torch.HostTensor;
import java.nio.FloatBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A weight tensor as a grey picture, the smallest number black and the largest white: a list as one row, a matrix lying, kernels
 * of two sides as tiles, a row of them for each output. What is beyond the largest picture is left out.
 */
final class WeightPicture {

    private static final int LARGEST_SIDE = 512;
    private static final int WHITE = 255;
    private static final int MATRIX = 2;
    private static final int KERNELS = 4;

    private WeightPicture() {}

    /** PNG in base64; null for one that is no picture. */
    static @Nullable String of(HostTensor tensor) {
        List<Long> shape = tensor.shape();
        FloatBuffer values = tensor.content().data().asFloatBuffer();
        if (shape.size() == 1) {
            return grey(1, shape.get(0), (row, column) -> values.get(column));
        }
        if (shape.size() == MATRIX) {
            int rows = shape.get(0).intValue();
            int columns = shape.get(1).intValue();
            return rows > columns
                    ? grey(columns, rows, (row, column) -> values.get(column * columns + row))
                    : grey(rows, columns, (row, column) -> values.get(row * columns + column));
        }
        if (shape.size() == KERNELS) {
            int inputs = shape.get(1).intValue();
            int height = shape.get(2).intValue();
            int width = shape.get(3).intValue();
            return grey(
                    shape.get(0) * height,
                    (long) inputs * width,
                    (row, column) ->
                            values.get(((row / height * inputs + column / width) * height + row % height) * width
                                    + column % width));
        }
        return null;
    }

    private interface Pixels {
        float at(int row, int column);
    }

    private static String grey(long allRows, long allColumns, Pixels pixels) {
        int rows = (int) Math.min(LARGEST_SIDE, allRows);
        int columns = (int) Math.min(LARGEST_SIDE, allColumns);
        float lowest = Float.POSITIVE_INFINITY;
        float highest = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < rows * columns; i++) {
            float value = pixels.at(i / columns, i % columns);
            lowest = Math.min(lowest, value);
            highest = Math.max(highest, value);
        }
        byte[] levels = new byte[rows * columns];
        for (int i = 0; i < levels.length && highest > lowest; i++) {
            levels[i] = (byte) Math.round((pixels.at(i / columns, i % columns) - lowest) / (highest - lowest) * WHITE);
        }
        return Png.grey(levels, columns, rows);
    }
}
