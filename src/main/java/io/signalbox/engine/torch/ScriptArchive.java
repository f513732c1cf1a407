package io.signalbox.engine.torch;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Writes the file that {@code torch.jit.load} reads, without PyTorch: a zip of stored entries with the program as text
 * ({@code code/__torch__.py}) and one object of its class, pickled ({@code data.pkl}), whose attributes are empty lists of
 * tensors. The format is that of libtorch's {@code torch/csrc/jit/serialization}, version 10.
 */
final class ScriptArchive {

    /** The program's class, in a file of its own; its methods name it in the type of {@code self}. */
    static final String CLASS = "Program";

    static final String FILE = "__torch__.signalbox";
    /** The first that a zip can tell: the same content gives the same file at any time. */
    private static final LocalDateTime ALWAYS = LocalDateTime.of(1980, 1, 1, 0, 0);

    private static final String CODE = "code/__torch__/signalbox.py";

    private static final String ROOT = "program/";
    private static final String MODEL = "model";
    /** Since 10, gelu takes its approximation. */
    private static final String VERSION = "10\n";

    // Opcodes of Python's pickle protocol 2.
    private static final byte[] PROTOCOL_2 = {(byte) 0x80, 2};
    private static final char GLOBAL = 'c';
    private static final char EMPTY_TUPLE = ')';
    private static final int NEW_OBJECT = 0x81;
    private static final char EMPTY_DICT = '}';
    private static final char EMPTY_LIST = ']';
    private static final char MARK = '(';
    private static final char TEXT = 'X';
    private static final int FALSE = 0x89;
    private static final char SET_ITEMS = 'u';
    private static final char BUILD = 'b';
    private static final char STOP = '.';

    private ScriptArchive() {}

    /**
     * The archive of a program.
     *
     * @param attributes names of its lists of tensors
     * @param methods their source, indented by two blanks
     * @param module its attribute {@code model}; null for none
     */
    static byte[] write(List<String> attributes, String methods, @Nullable ScriptModule module) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            Map<String, byte[]> entries = new LinkedHashMap<>();
            entries.put("constants.pkl", noConstants());
            entries.put("version", utf8(VERSION));
            entries.put("byteorder", utf8("little"));
            if (module != null) {
                entries.putAll(module.rest());
            }
            entries.put("data.pkl", object(attributes, module));
            entries.put(CODE, utf8(source(attributes, methods, module)));
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                store(zip, ROOT + entry.getKey(), entry.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e); // it is written to memory
        }
        return bytes.toByteArray();
    }

    private static String source(List<String> attributes, String methods, @Nullable ScriptModule module) {
        StringBuilder source = new StringBuilder("class " + CLASS + "(Module):\n");
        source.append("  __parameters__ = []\n  __buffers__ = []\n  training : bool\n");
        attributes.forEach(name -> source.append("  " + name + " : List[Tensor]\n"));
        if (module != null) {
            source.append("  " + MODEL + " : " + module.type() + "\n");
        }
        return source.append(methods).toString();
    }

    private static byte[] object(List<String> attributes, @Nullable ScriptModule module) {
        ByteArrayOutputStream pickle = new ByteArrayOutputStream();
        pickle.writeBytes(PROTOCOL_2);
        pickle.write(GLOBAL);
        pickle.writeBytes(utf8(FILE + "\n" + CLASS + "\n"));
        pickle.write(EMPTY_TUPLE);
        pickle.write(NEW_OBJECT);
        pickle.write(EMPTY_DICT);
        pickle.write(MARK);
        text(pickle, "training");
        pickle.write(FALSE);
        for (String name : attributes) {
            text(pickle, name);
            pickle.write(EMPTY_LIST);
        }
        if (module != null) {
            text(pickle, MODEL);
            pickle.writeBytes(module.pickled());
        }
        pickle.write(SET_ITEMS);
        pickle.write(BUILD);
        pickle.write(STOP);
        return pickle.toByteArray();
    }

    private static byte[] noConstants() {
        ByteArrayOutputStream pickle = new ByteArrayOutputStream();
        pickle.writeBytes(PROTOCOL_2);
        pickle.write(EMPTY_TUPLE);
        pickle.write(STOP);
        return pickle.toByteArray();
    }

    private static void text(ByteArrayOutputStream pickle, String text) {
        byte[] bytes = utf8(text);
        pickle.write(TEXT);
        pickle.writeBytes(ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(bytes.length)
                .array());
        pickle.writeBytes(bytes);
    }

    /** Adds an entry as it is, under its whole name. */
    static void store(ZipOutputStream zip, String name, byte[] content) throws IOException {
        CRC32 crc = new CRC32();
        crc.update(content);
        ZipEntry entry = new ZipEntry(name);
        entry.setTimeLocal(ALWAYS);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(content.length);
        entry.setCompressedSize(content.length);
        entry.setCrc(crc.getValue());
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
