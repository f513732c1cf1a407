package io.signalbox.data;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.signalbox.spec.DataSpec;
import io.signalbox.spec.Problem;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Small datasets, and the words the tests of this room speak in. */
final class Fixtures {

    private static final JsonMapper JSON = new JsonMapper();

    private Fixtures() {}

    static ObjectNode json(String text) {
        return (ObjectNode) JSON.readTree(text);
    }

    static DatasetInfo csv(Path folder, String content) {
        return csv(folder, content, "{}");
    }

    static DatasetInfo csv(Path folder, String content, String options) {
        return csv(folder, content.getBytes(StandardCharsets.UTF_8), options);
    }

    static DatasetInfo csv(Path folder, byte[] content, String options) {
        return create(folder, "csv", options, file(folder, "table.csv", content));
    }

    static DatasetInfo create(Path folder, String format, String options, Path... files) {
        try {
            return DatasetFolder.create(folder, "fixture", format, json(options), List.of(files));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Path file(Path folder, String name, byte[] content) {
        try {
            return Files.write(Files.createDirectories(folder).resolve(name), content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Deletes what lies in a folder. */
    static void empty(Path folder) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] images(int height, int width, byte[]... images) {
        ByteBuffer bytes = ByteBuffer.allocate(16 + images.length * height * width);
        bytes.putInt(2051).putInt(images.length).putInt(height).putInt(width);
        for (byte[] image : images) {
            bytes.put(image);
        }
        return bytes.array();
    }

    static byte[] labels(int... labels) {
        ByteBuffer bytes = ByteBuffer.allocate(8 + labels.length);
        bytes.putInt(2049).putInt(labels.length);
        for (int label : labels) {
            bytes.put((byte) label);
        }
        return bytes.array();
    }

    static byte[] gzip(byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /** The faults for which an action is refused. */
    static List<Problem> refused(Runnable action) {
        BadDataException refusal = catchThrowableOfType(BadDataException.class, action::run);
        return refusal == null ? List.of() : refusal.problems();
    }

    /** A spec of one dataset with the given way to cut and scale it. */
    static DataSpec spec(@Nullable Double validationSplit, boolean stratify, String normalize) {
        return new DataSpec("fixture", null, null, validationSplit, null, stratify, true, normalize);
    }

    static DataSpec spec(@Nullable List<String> target, @Nullable List<String> features) {
        return new DataSpec("fixture", target, features, null, null, false, true, "none");
    }

    /** A spec of texts. */
    static DataSpec spec(@Nullable Double split, DataSpec.Tokens tokens) {
        return new DataSpec(
                "fixture", null, null, split, null, false, true, "none", null, null, null, null, null, tokens);
    }

    static TrainingData load(Path folder, DataSpec spec, boolean classIndices) {
        return load(folder, null, spec, classIndices);
    }

    static TrainingData load(Path folder, @Nullable Path validation, DataSpec spec, boolean classIndices) {
        try {
            return TrainingData.load(folder, validation, spec, 0, classIndices);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Rows of FLOAT32 features. */
    static List<List<Float>> rows(Examples examples) {
        return rows(examples.features(), examples.count(), examples.shape().get(0));
    }

    /** Rows of a FLOAT32 target. */
    static List<List<Float>> values(Examples examples) {
        return rows(examples.target(), examples.count(), examples.targetWidth());
    }

    static List<Long> classes(Examples examples) {
        ByteBuffer target = examples.target();
        List<Long> all = new ArrayList<>();
        for (int i = 0; i < examples.count(); i++) {
            all.add(target.getLong(i * Long.BYTES));
        }
        return all;
    }

    private static List<List<Float>> rows(ByteBuffer buffer, int count, int width) {
        List<List<Float>> all = new ArrayList<>();
        for (int row = 0; row < count; row++) {
            List<Float> one = new ArrayList<>();
            for (int i = 0; i < width; i++) {
                one.add(buffer.getFloat((row * width + i) * Float.BYTES));
            }
            all.add(one);
        }
        return all;
    }
}
