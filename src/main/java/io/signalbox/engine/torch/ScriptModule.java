package io.signalbox.engine.torch;

import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDManager;
import io.signalbox.checkpoint.Tensor;
import io.signalbox.engine.torch.Pickle.TensorAt;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * A module that {@code torch.jit.save} wrote. Its file is read here, its code runs only as part of a {@link Script}: there
 * it is the attribute {@code model}, and its tensors are the program's {@code parameters} and {@code buffers}, which Java
 * sees. Can be written again with other numbers in its tensors. Immutable.
 *
 * <p>The file is code that does what it wants where it runs; it must come from whom one trusts with the machine.
 */
public final class ScriptModule {

    /** Largest file. It is held in memory. */
    public static final long MOST_BYTES = 1L << 30;

    private static final String DATA = "data/";
    private static final Pattern CLASS = Pattern.compile("class (\\w+)\\(Module\\):");
    private static final Pattern NAMES = Pattern.compile("\"([^\"]+)\"");
    private static final Pattern ATTRIBUTE =
            Pattern.compile("  (?:(\\w+) : |__annotations__\\[\"([^\"]+)\"\\] = )(.+)");
    private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z_]\\w*");

    /** What tensors may be of, by the name of the storage. */
    private static final Map<String, DataType> TYPES = Map.of(
            "torch.FloatStorage", DataType.FLOAT32,
            "torch.DoubleStorage", DataType.FLOAT64,
            "torch.LongStorage", DataType.INT64,
            "torch.IntStorage", DataType.INT32,
            "torch.ByteStorage", DataType.UINT8,
            "torch.BoolStorage", DataType.BOOLEAN);

    private final String root;
    private final Map<String, byte[]> entries;
    private final Pickle.Instance object;
    private final Map<String, Header> headers = new LinkedHashMap<>();
    private final List<Place> places = new ArrayList<>();

    /** What a class says of its attributes. */
    private record Header(List<String> parameters, List<String> buffers, Map<String, String> types) {}

    /** A tensor of the module: {@code first} has the same memory, where weights are tied; else it is itself. */
    private record Place(String owner, String attribute, boolean trained, boolean switches, TensorAt at, int first) {
        String name() {
            return owner.isEmpty() ? attribute : owner + "." + attribute;
        }
    }

    private ScriptModule(String root, Map<String, byte[]> entries) {
        this.root = root;
        this.entries = entries;
        this.object = Pickle.read(entry("data.pkl"));
        entries.forEach((name, content) -> {
            if (name.startsWith("code/") && name.endsWith(".py")) {
                String module = name.substring("code/".length(), name.length() - ".py".length());
                readHeaders(module.replace('/', '.'), new String(content, StandardCharsets.UTF_8));
            }
        });
        walk("", object);
    }

    /**
     * Reads a file.
     *
     * @throws IllegalArgumentException saying why it is not such a module, or not one that can be trained
     */
    public static ScriptModule read(Path file) throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        String root = null;
        long bytes = 0;
        try (ZipFile zip = new ZipFile(file.toFile())) {
            for (Enumeration<? extends ZipEntry> all = zip.entries(); all.hasMoreElements(); ) {
                ZipEntry entry = all.nextElement();
                int slash = entry.getName().indexOf('/');
                root = root == null ? entry.getName().substring(0, Math.max(0, slash)) : root;
                bytes += entry.getSize();
                if (bytes > MOST_BYTES) {
                    throw new IllegalArgumentException("it is larger than " + MOST_BYTES + " bytes");
                }
                if (!entry.getName().endsWith(".debug_pkl")) {
                    entries.put(
                            entry.getName().substring(slash + 1),
                            zip.getInputStream(entry).readAllBytes());
                }
            }
        } catch (ZipException e) {
            throw new IllegalArgumentException("it is no file of torch.jit.save: " + e.getMessage(), e);
        }
        if (root == null || !entries.containsKey("constants.pkl") || !entries.containsKey("data.pkl")) {
            throw new IllegalArgumentException("it is no file of torch.jit.save; torch.save's hold no code");
        }
        return new ScriptModule(root, entries);
    }

    private byte[] entry(String name) {
        byte[] content = entries.get(name);
        if (content == null) {
            throw new IllegalArgumentException("it lacks " + name);
        }
        return content;
    }

    private void readHeaders(String module, String source) {
        Header header = null;
        for (String line : source.split("\n", -1)) {
            Matcher begin = CLASS.matcher(line);
            if (begin.matches()) {
                header = new Header(new ArrayList<>(), new ArrayList<>(), new LinkedHashMap<>());
                headers.put(module + "." + begin.group(1), header);
            } else if (line.startsWith("  def ")) {
                header = null;
            } else if (header != null) {
                readHeader(line, header);
            }
        }
    }

    private static void readHeader(String line, Header header) {
        if (line.startsWith("  __parameters__ = ")) {
            NAMES.matcher(line).results().forEach(name -> header.parameters().add(name.group(1)));
        } else if (line.startsWith("  __buffers__ = ")) {
            NAMES.matcher(line).results().forEach(name -> header.buffers().add(name.group(1)));
        } else {
            Matcher attribute = ATTRIBUTE.matcher(line);
            if (attribute.matches()) {
                String name = attribute.group(1) == null ? attribute.group(2) : attribute.group(1);
                header.types().put(name, attribute.group(3));
            }
        }
    }

    /** Parameters, then buffers, then what is within, as in {@code state_dict}. */
    private void walk(String path, Pickle.Instance module) {
        Header header = headers.get(module.type());
        if (header == null) {
            throw new IllegalArgumentException("it lacks the class " + module.type());
        }
        header.parameters().forEach(name -> add(path, name, true, module, header));
        header.buffers().forEach(name -> add(path, name, false, module, header));
        header.types().forEach((name, type) -> {
            if (module.attributes().get(name) instanceof Pickle.Instance within && headers.containsKey(within.type())) {
                walk(path.isEmpty() ? name : path + "." + name, within);
            }
        });
    }

    private void add(String path, String name, boolean trained, Pickle.Instance module, Header header) {
        if (!(module.attributes().get(name) instanceof TensorAt at)) {
            return; // None
        }
        int first = places.size();
        for (int i = 0; i < places.size(); i++) {
            first = places.get(i).at().equals(at) ? Math.min(first, i) : first;
        }
        boolean switches = "bool".equals(header.types().get("training"));
        Place place = new Place(path, name, trained, switches, at, first);
        DataType type = type(at);
        if (type == null
                || (trained && type != DataType.FLOAT32)
                || !IDENTIFIER.matcher(name).matches()) {
            throw new IllegalArgumentException("its " + (trained ? "parameter '" : "buffer '") + place.name()
                    + "' is of " + at.storage().type() + "; save it with parameters of float32, and buffers of"
                    + " float32, float64, int32, int64, uint8 or bool, each under a name of its own");
        }
        places.add(place);
    }

    private static @Nullable DataType type(TensorAt at) {
        return TYPES.get(at.storage().type());
    }

    /**
     * What it holds, in the order of PyTorch's {@code state_dict}; of tied weights the first.
     *
     * @param name as in {@code state_dict}
     * @param trained whether it is a parameter; else a buffer
     */
    public record Held(String name, boolean trained, HostTensor tensor) {}

    /** Copies of its tensors. */
    public List<Held> tensors(PtNDManager manager) {
        List<Held> held = new ArrayList<>();
        own().forEach(place -> {
            TensorAt at = place.at();
            long[] shape = at.size().stream().mapToLong(Long::longValue).toArray();
            HostTensor tensor = HostTensor.zeros(manager, Objects.requireNonNull(type(at)), shape);
            int width = tensor.type().getNumOfBytes();
            ByteBuffer from = ByteBuffer.wrap(entry(DATA + at.storage().key()));
            ByteBuffer to = tensor.memory();
            eachPlace(at, index -> {
                int start = Math.toIntExact(index * width);
                to.put(from.slice(start, width));
            });
            held.add(new Held(place.name(), place.trained(), tensor));
        });
        return held;
    }

    private List<Place> own() {
        List<Place> own = new ArrayList<>();
        for (int i = 0; i < places.size(); i++) {
            if (places.get(i).first() == i) {
                own.add(places.get(i));
            }
        }
        return own;
    }

    /** Where the elements of a tensor lie in its storage, in row-major order. */
    private static void eachPlace(TensorAt at, LongConsumer visit) {
        long[] index = new long[at.size().size()];
        long elements = at.size().stream().reduce(1L, Math::multiplyExact);
        for (long i = 0; i < elements; i++) {
            long place = at.offset();
            for (int d = 0; d < index.length; d++) {
                place += index[d] * at.stride().get(d);
            }
            visit.accept(place);
            for (int d = index.length - 1; d >= 0 && ++index[d] == at.size().get(d); d--) {
                index[d] = 0;
            }
        }
    }

    /**
     * Writes the module as {@code torch.jit.save} does.
     *
     * @param content numbers for its tensors, by name
     */
    public void write(WritableByteChannel out, Map<String, Tensor> content) throws IOException {
        Map<String, byte[]> storages = new LinkedHashMap<>();
        for (Place place : own()) {
            TensorAt at = place.at();
            Tensor tensor = Objects.requireNonNull(content.get(place.name()), place.name());
            int width = Objects.requireNonNull(type(at)).getNumOfBytes();
            byte[] storage = storages.computeIfAbsent(
                    DATA + at.storage().key(), name -> entry(name).clone());
            ByteBuffer from = tensor.data().duplicate().order(ByteOrder.nativeOrder());
            eachPlace(at, index -> from.get(storage, Math.toIntExact(index * width), width));
        }
        ZipOutputStream zip = new ZipOutputStream(Channels.newOutputStream(out));
        for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
            byte[] bytes = storages.getOrDefault(entry.getKey(), entry.getValue());
            ScriptArchive.store(zip, root + "/" + entry.getKey(), bytes);
        }
        zip.finish();
        zip.flush();
    }

    /** Its class, as TorchScript names the type. */
    String type() {
        return object.type();
    }

    /** The pickled object, without the protocol before it and the end behind it. */
    byte[] pickled() {
        byte[] pickle = entry("data.pkl");
        return Arrays.copyOfRange(pickle, 2, pickle.length - 1);
    }

    /** All of the file but the object, by place in the archive. */
    Map<String, byte[]> rest() {
        Map<String, byte[]> rest = new LinkedHashMap<>(entries);
        rest.remove("data.pkl");
        return rest;
    }

    /** Lines that make the program's lists its tensors. */
    List<String> bindings() {
        List<String> lines = new ArrayList<>();
        for (Place place : places) {
            lines.add("owner = " + expression(place.owner()));
            lines.add("owner." + place.attribute() + " = " + listed(places.get(place.first())));
        }
        return lines;
    }

    /** Where the program has a tensor. */
    private String listed(Place wanted) {
        int number = 0;
        for (Place place : own()) {
            if (place.equals(wanted)) {
                return "self." + (wanted.trained() ? "parameters" : "buffers") + "[" + number + "]";
            }
            number += place.trained() == wanted.trained() ? 1 : 0;
        }
        throw new IllegalStateException(wanted.name());
    }

    private static String expression(String path) {
        String expression = "self.model";
        for (String name : path.isEmpty() ? new String[0] : path.split("\\.")) {
            expression = IDENTIFIER.matcher(name).matches()
                    ? expression + "." + name
                    : "getattr(" + expression + ", \"" + name + "\")";
        }
        return expression;
    }

    /**
     * Lines that make {@code x} what the module gives for it. What it has put in place of a buffer goes into the buffer.
     *
     * @param evaluated names of parameters: a module within all of whose own are among them works as in evaluation
     */
    public List<String> forward(Set<String> evaluated) {
        List<String> lines = new ArrayList<>();
        Map<String, Boolean> frozen = new LinkedHashMap<>();
        places.stream().filter(place -> place.trained() && place.switches()).forEach(place -> {
            String name = places.get(place.first()).name();
            frozen.merge(place.owner(), evaluated.contains(name), Boolean::logicalAnd);
        });
        frozen.forEach((owner, all) -> {
            if (all) {
                lines.add("owner = " + expression(owner));
                lines.add("owner.training = False");
            }
        });
        lines.add("x = (self.model).forward(x)");
        List<Place> buffers = own().stream().filter(place -> !place.trained()).toList();
        if (!buffers.isEmpty()) {
            lines.add("if train:");
        }
        for (Place buffer : buffers) {
            String attribute = "kept." + buffer.attribute();
            lines.add("  kept = " + expression(buffer.owner()));
            lines.add("  if torch.__isnot__(" + attribute + ", " + listed(buffer) + "):");
            lines.add("    torch.copy_(" + listed(buffer) + ", torch.detach(" + attribute + "))");
            lines.add("    " + attribute + " = " + listed(buffer));
        }
        return lines;
    }
}
