package io.signalbox.engine.torch;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import io.signalbox.checkpoint.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * A tensor in the machine's own memory that PyTorch and Java both see: what one writes the other reads, without a copy and
 * without a native call. Lives as long as the manager that it was made from.
 */
public final class HostTensor {

    private static final int SWAPPED_AT_ONCE = 1 << 16;

    private final PtNDArray array;
    private final ByteBuffer memory;

    private HostTensor(PtNDArray array, ByteBuffer memory) {
        this.array = array;
        this.memory = memory;
    }

    /** Zeros, in memory of PyTorch's (aligned as its kernels like it, outside Java's limits). */
    public static HostTensor zeros(PtNDManager manager, DataType type, long... shape) {
        PtNDArray array = (PtNDArray) manager.zeros(new Shape(shape), type);
        return new HostTensor(array, array.toByteBuffer(true).order(ByteOrder.nativeOrder()));
    }

    /** A tensor over a direct buffer's memory, which it keeps reachable. */
    public static HostTensor over(PtNDManager manager, ByteBuffer data, DataType type, long... shape) {
        ByteBuffer memory = data.duplicate().order(ByteOrder.nativeOrder());
        int bytes = Math.toIntExact(Math.multiplyExact(new Shape(shape).size(), (long) type.getNumOfBytes()));
        memory.position(0).limit(bytes);
        return new HostTensor(manager.create(memory, new Shape(shape), type), memory);
    }

    public static HostTensor of(PtNDManager manager, float[] values, long... shape) {
        HostTensor tensor = zeros(manager, DataType.FLOAT32, shape);
        tensor.memory().asFloatBuffer().put(values);
        return tensor;
    }

    PtNDArray array() {
        return array;
    }

    /** Its elements in native order, as a buffer of one's own over the same memory. */
    public ByteBuffer memory() {
        return memory.duplicate().order(ByteOrder.nativeOrder());
    }

    public DataType type() {
        return array.getDataType();
    }

    public List<Long> shape() {
        return Arrays.stream(array.getShape().getShape()).boxed().toList();
    }

    /** Makes it one of those that gradients are computed for. */
    public void requireGradient() {
        array.setRequiresGradient(true);
    }

    /** Its present content, without a copy: to be used up before the next update. */
    public Tensor content() {
        return new Tensor(dtype(), array.getShape().getShape().clone(), memory());
    }

    /** Takes over the elements of {@code content}, which must fit. */
    public void set(Tensor content) {
        memory().put(content.data().duplicate());
    }

    /** A new tensor of the same kind with the same content. */
    public HostTensor copy(PtNDManager manager) {
        HostTensor copy = zeros(manager, type(), array.getShape().getShape());
        copy.copyFrom(this);
        return copy;
    }

    /** Takes over the content of a tensor of the same shape and type. */
    public void copyFrom(HostTensor other) {
        memory().put(other.memory());
    }

    /** Exchanges its content with that of a tensor of the same shape and type. */
    public void swap(HostTensor other) {
        ByteBuffer mine = memory();
        ByteBuffer theirs = other.memory();
        byte[] held = new byte[Math.min(mine.capacity(), SWAPPED_AT_ONCE)];
        for (int from = 0; from < mine.capacity(); from += held.length) {
            int length = Math.min(held.length, mine.capacity() - from);
            mine.get(from, held, 0, length);
            mine.put(from, theirs, from, length);
            theirs.put(from, held, 0, length);
        }
    }

    /** Makes every element of a tensor of floats the same. */
    public void fill(float value) {
        FloatBuffer floats = memory().asFloatBuffer();
        while (floats.hasRemaining()) {
            floats.put(value);
        }
    }

    /** Makes all of it zero. */
    public void zero() {
        ByteBuffer bytes = memory();
        while (bytes.remaining() >= Long.BYTES) {
            bytes.putLong(0);
        }
        while (bytes.hasRemaining()) {
            bytes.put((byte) 0);
        }
    }

    /** Its element type as safetensors names it. */
    public String dtype() {
        return switch (type()) {
            case FLOAT32 -> "F32";
            case FLOAT64 -> "F64";
            case INT64 -> "I64";
            case INT32 -> "I32";
            case BOOLEAN -> "BOOL";
            case UINT8 -> "U8";
            default -> throw new IllegalStateException("no tensor of a network is of type " + type());
        };
    }
}
