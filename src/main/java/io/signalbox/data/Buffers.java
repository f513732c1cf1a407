package io.signalbox.data;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Direct buffers in native order. */
final class Buffers {

    private Buffers() {}

    /** Room for so many elements. */
    static ByteBuffer allocate(int count, long elements, Examples.ElementType type) {
        long bytes = count * elements * type.bytes();
        if (bytes > Integer.MAX_VALUE) {
            throw Problems.single(
                    "#/data",
                    "dataset.too-large",
                    count + " examples of " + elements + " numbers are " + bytes
                            + " bytes in memory; 2 GiB are the most, use fewer features");
        }
        return ByteBuffer.allocateDirect((int) bytes).order(ByteOrder.nativeOrder());
    }
}
