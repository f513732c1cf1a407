package io.signalbox.checkpoint;

import java.util.Locale;

/** The element types that this reader takes, named as safetensors names them, with their sizes in bytes. */
enum Dtype {
    BOOL(1),
    U8(1),
    I8(1),
    F8_E4M3(1),
    F8_E5M2(1),
    I16(2),
    U16(2),
    F16(2),
    BF16(2),
    I32(4),
    U32(4),
    F32(4),
    I64(8),
    U64(8),
    F64(8);

    private final int bytes;

    Dtype(int bytes) {
        this.bytes = bytes;
    }

    int bytes() {
        return bytes;
    }

    static Dtype of(String name, String tensor) {
        for (Dtype dtype : values()) {
            if (dtype.name().equals(name)) {
                return dtype;
            }
        }
        throw new SafetensorsException(
                "dtype", String.format(Locale.ROOT, "tensor '%s' has the unknown dtype '%s'", tensor, name));
    }

    /** Bytes of a tensor of that shape. */
    long size(long[] shape, String tensor) {
        try {
            long size = bytes;
            for (long dimension : shape) {
                if (dimension < 0) {
                    throw new SafetensorsException("shape", "tensor '" + tensor + "' has a negative dimension");
                }
                size = Math.multiplyExact(size, dimension);
            }
            return size;
        } catch (ArithmeticException e) {
            throw new SafetensorsException("shape", "the shape of tensor '" + tensor + "' overflows 64 bits");
        }
    }
}
