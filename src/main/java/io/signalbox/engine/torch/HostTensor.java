package io.signalbox.engine.torch;

import ai.djl.Device;
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
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A tensor in the machine's own memory that PyTorch and Java both see: what one writes the other reads, without a copy and
 * without a native call. Where programs compute in memory of their own, on a graphics processor, it has a twin there, which
 * every method here reads and writes along with it. Lives as long as the manager that it was made from.
 */
public final class HostTensor {

    private static final int SWAPPED_AT_ONCE = 1 << 16;

    private final PtNDManager manager;
    private final PtNDArray array;
    private final ByteBuffer memory;
    private final boolean moves;
    private @Nullable Twin twin;

    private HostTensor(PtNDManager manager, PtNDArray array, ByteBuffer memory, boolean moves) {
        this.manager = manager;
        this.array = array;
        this.memory = memory;
        this.moves = moves && Torch.apart(manager);
    }

    /** Zeros, in memory of PyTorch's (aligned as its kernels like it, outside Java's limits). */
    public static HostTensor zeros(PtNDManager manager, DataType type, long... shape) {
        return zeros(manager, true, type, shape);
    }

    /** Zeros that programs, too, read and write here and nowhere else: what goes in and comes out with every call. */
    public static HostTensor shared(PtNDManager manager, DataType type, long... shape) {
        return zeros(manager, false, type, shape);
    }

    private static HostTensor zeros(PtNDManager manager, boolean moves, DataType type, long... shape) {
        PtNDArray array = (PtNDArray) manager.zeros(new Shape(shape), type, Device.cpu());
        return new HostTensor(manager, array, array.toByteBuffer(true).order(ByteOrder.nativeOrder()), moves);
    }

    /** A tensor over a direct buffer's memory, which it keeps reachable. */
    public static HostTensor over(PtNDManager manager, ByteBuffer data, DataType type, long... shape) {
        ByteBuffer memory = data.duplicate().order(ByteOrder.nativeOrder());
        int bytes = Math.toIntExact(Math.multiplyExact(new Shape(shape).size(), (long) type.getNumOfBytes()));
        memory.position(0).limit(bytes);
        PtNDManager host = Torch.apart(manager) ? manager.newSubManager(Device.cpu()) : manager;
        return new HostTensor(manager, host.create(memory, new Shape(shape), type), memory, true);
    }

    public static HostTensor of(PtNDManager manager, float[] values, long... shape) {
        HostTensor tensor = zeros(manager, DataType.FLOAT32, shape);
        tensor.memory().asFloatBuffer().put(values);
        return tensor;
    }

    /** What a program is given: the twin where there is one, as up to date as this. */
    PtNDArray array() {
        if (moves && twin == null) {
            twin = new Twin(manager, array);
            twin.write();
        }
        return twin == null ? array : twin.array();
    }

    /**
     * Its elements in native order, as a buffer of one's own over the same memory.
     *
     * @throws IllegalStateException where a program has it elsewhere: that sees nothing of what is written to the buffer
     */
    public ByteBuffer memory() {
        if (twin != null) {
            throw new IllegalStateException("a tensor of a program on " + manager.getDevice() + " has no memory here");
        }
        return buffer();
    }

    private ByteBuffer buffer() {
        return memory.duplicate().order(ByteOrder.nativeOrder());
    }

    /** Its elements as they are now. */
    private ByteBuffer read() {
        if (twin != null) {
            twin.read();
        }
        return buffer();
    }

    /** Its elements were changed. */
    private void written() {
        if (twin != null) {
            twin.write();
        }
    }

    /** Changes all its elements. */
    public void write(Consumer<ByteBuffer> writer) {
        writer.accept(buffer());
        written();
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
        return new Tensor(dtype(), array.getShape().getShape().clone(), read());
    }

    /** Takes over the elements of {@code content}, which must fit. */
    public void set(Tensor content) {
        write(to -> to.put(content.data().duplicate()));
    }

    /** A new tensor of the same kind with the same content. */
    public HostTensor copy(PtNDManager manager) {
        HostTensor copy = zeros(manager, type(), array.getShape().getShape());
        copy.copyFrom(this);
        return copy;
    }

    /** Takes over the content of a tensor of the same shape and type. */
    public void copyFrom(HostTensor other) {
        write(to -> to.put(other.read()));
    }

    /** Exchanges its content with that of a tensor of the same shape and type. */
    public void swap(HostTensor other) {
        ByteBuffer mine = read();
        ByteBuffer theirs = other.read();
        byte[] held = new byte[Math.min(mine.capacity(), SWAPPED_AT_ONCE)];
        for (int from = 0; from < mine.capacity(); from += held.length) {
            int length = Math.min(held.length, mine.capacity() - from);
            mine.get(from, held, 0, length);
            mine.put(from, theirs, from, length);
            theirs.put(from, held, 0, length);
        }
        written();
        other.written();
    }

    /** Makes every element of a tensor of floats the same. */
    public void fill(float value) {
        write(to -> {
            FloatBuffer floats = to.asFloatBuffer();
            while (floats.hasRemaining()) {
                floats.put(value);
            }
        });
    }

    /** Makes all of it zero. */
    public void zero() {
        write(bytes -> {
            while (bytes.remaining() >= Long.BYTES) {
                bytes.putLong(0);
            }
            while (bytes.hasRemaining()) {
                bytes.put((byte) 0);
            }
        });
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
