package io.signalbox.engine.augment;

import io.signalbox.engine.random.Randomness;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One augmentation: Java draws its numbers for each example, a program does it to the batch. */
interface Operation {

    /** Numbers drawn for an example. */
    int columns();

    /** Draws them into {@code row} from {@code at} on. */
    void draw(Randomness random, double[] row, int at);

    /** Lines that change the batch {@code x} by what was drawn, {@code d} with a row for each example. */
    List<String> code(int at);

    /** How much was done to an example, whose mean is told after an epoch; null for what is always the same. */
    @Nullable
    Double extent(double[] row, int at);

    /** A column of the draws as the program has it: doubles, one for each example. */
    static String column(int at) {
        return "torch.select(d, 1, " + at + ")";
    }

    /** The same as floats, shaped to meet images. */
    static String perImage(int at) {
        return "torch.reshape(torch.to(" + column(at) + ", 6), [-1, 1, 1, 1])";
    }
}
