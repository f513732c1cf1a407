package io.signalbox.engine.torch;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads what {@code torch.jit.save} pickles: an object of names, numbers and references to tensors. Nothing is imported or
 * called. The opcodes are those that libtorch's {@code torch/csrc/jit/serialization/pickler.cpp} writes, of Python's
 * protocol 2.
 */
final class Pickle {

    private static final String TENSOR = "torch._utils._rebuild_tensor_v2";

    /** An object of a class: {@code type} as {@code __torch__.Net}, its attributes by name. */
    record Instance(String type, Map<String, @Nullable Object> attributes) {}

    /** Numbers of one type that lie in the archive's {@code data/key}. */
    record Storage(String type, String key) {}

    /** A tensor: places in a storage. */
    record TensorAt(Storage storage, long offset, List<Long> size, List<Long> stride) {}

    private record Global(String name) {}

    private static final Object MARK = new Object();

    private final ByteBuffer in;
    private final List<@Nullable Object> stack = new ArrayList<>();
    private final Map<Integer, @Nullable Object> memo = new HashMap<>();

    private Pickle(byte[] bytes) {
        this.in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Reads the one object.
     *
     * @throws IllegalArgumentException for anything else
     */
    static Instance read(byte[] bytes) {
        try {
            Object object = new Pickle(bytes).run();
            if (object instanceof Instance instance) {
                return instance;
            }
        } catch (RuntimeException e) { // whatever is not as expected
            throw new IllegalArgumentException("its data.pkl is not as torch.jit.save writes it", e);
        }
        throw new IllegalArgumentException("its data.pkl holds no module");
    }

    private @Nullable Object run() {
        in.position(2); // the protocol
        while (true) {
            int code = in.get() & 0xff;
            if (code == '.') {
                return pop();
            }
            step(code);
        }
    }

    private void step(int code) {
        switch (code) {
            case '(' -> push(MARK);
            case 'c' -> push(new Global(line() + "." + line()));
            case 'q' -> memo.put(in.get() & 0xff, top());
            case 'r' -> memo.put(in.getInt(), top());
            case 'h' -> push(memo.get(in.get() & 0xff));
            case 'j' -> push(memo.get(in.getInt()));
            case ')', ']' -> push(new ArrayList<@Nullable Object>());
            case '}' -> push(new LinkedHashMap<@Nullable Object, @Nullable Object>());
            case 'X' -> push(text());
            case 'K' -> push((long) (in.get() & 0xff));
            case 'M' -> push((long) (in.getShort() & 0xffff));
            case 'J' -> push((long) in.getInt());
            case 0x8a -> push(big());
            case 'G' -> push(in.order(ByteOrder.BIG_ENDIAN).getDouble());
            case 0x88 -> push(true);
            case 0x89 -> push(false);
            case 'N' -> push(null);
            case 't', 'l' -> push(marked());
            case 0x85 -> push(last(1));
            case 0x86 -> push(last(2));
            case 0x87 -> push(last(3));
            case 'Q' -> push(storage(pop()));
            default -> change(code);
        }
        in.order(ByteOrder.LITTLE_ENDIAN);
    }

    /** What builds on an object that is there. */
    private void change(int code) {
        switch (code) {
            case 0x81 -> {
                pop();
                push(new Instance(((Global) Objects.requireNonNull(pop())).name(), new LinkedHashMap<>()));
            }
            case 'R' -> {
                Object arguments = pop();
                push(reduced(
                        ((Global) Objects.requireNonNull(pop())).name(), (List<?>) Objects.requireNonNull(arguments)));
            }
            case 'b' -> {
                Object state = pop();
                if (top() instanceof Instance instance && state instanceof Map<?, ?> map) {
                    map.forEach((name, value) -> instance.attributes().put(String.valueOf(name), value));
                }
            }
            case 's' -> put(last(2));
            case 'u' -> put(marked());
            case 'a' -> append(last(1));
            case 'e' -> append(marked());
            default -> throw new IllegalArgumentException("opcode " + code);
        }
    }

    @SuppressWarnings("unchecked") // a dictionary is pushed as such
    private void put(List<@Nullable Object> pairs) {
        Map<@Nullable Object, @Nullable Object> map =
                (Map<@Nullable Object, @Nullable Object>) Objects.requireNonNull(top());
        for (int i = 0; i < pairs.size(); i += 2) {
            map.put(pairs.get(i), pairs.get(i + 1));
        }
    }

    @SuppressWarnings("unchecked") // a list is pushed as such
    private void append(List<@Nullable Object> items) {
        ((List<@Nullable Object>) Objects.requireNonNull(top())).addAll(items);
    }

    private static @Nullable Object reduced(String function, List<?> arguments) {
        if (function.equals(TENSOR)) {
            return new TensorAt(
                    (Storage) Objects.requireNonNull(arguments.get(0)),
                    (Long) Objects.requireNonNull(arguments.get(1)),
                    longs(arguments.get(2)),
                    longs(arguments.get(3)));
        }
        return function.equals("collections.OrderedDict")
                ? new LinkedHashMap<>()
                : arguments.isEmpty() ? null : arguments.get(0); // lists and dictionaries with their types
    }

    private static List<Long> longs(@Nullable Object tuple) {
        return ((List<?>) Objects.requireNonNull(tuple))
                .stream().map(Long.class::cast).toList();
    }

    /** {@code ('storage', torch.FloatStorage, '0', 'cpu', 32)}. */
    private static Storage storage(@Nullable Object id) {
        List<?> parts = (List<?>) Objects.requireNonNull(id);
        return new Storage(((Global) Objects.requireNonNull(parts.get(1))).name(), String.valueOf(parts.get(2)));
    }

    private String line() {
        int begin = in.position();
        while (in.get() != '\n') {
            // to its end
        }
        return new String(in.array(), begin, in.position() - 1 - begin, StandardCharsets.UTF_8);
    }

    private String text() {
        byte[] bytes = new byte[Objects.checkIndex(in.getInt(), in.remaining() + 1)];
        in.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Little endian, of so many bytes; only those of 8 at most are of use here. */
    private long big() {
        int length = in.get() & 0xff;
        long value = 0;
        for (int i = 0; i < length; i++) {
            long digit = i == length - 1 ? in.get() : in.get() & 0xff;
            value |= digit << (Byte.SIZE * i);
        }
        return value;
    }

    private List<@Nullable Object> marked() {
        int mark = stack.lastIndexOf(MARK);
        List<@Nullable Object> items = new ArrayList<>(stack.subList(mark + 1, stack.size()));
        stack.subList(mark, stack.size()).clear();
        return items;
    }

    private List<@Nullable Object> last(int count) {
        List<@Nullable Object> items = new ArrayList<>(stack.subList(stack.size() - count, stack.size()));
        stack.subList(stack.size() - count, stack.size()).clear();
        return items;
    }

    private void push(@Nullable Object value) {
        stack.add(value);
    }

    private @Nullable Object pop() {
        return stack.remove(stack.size() - 1);
    }

    private @Nullable Object top() {
        return stack.get(stack.size() - 1);
    }
}
