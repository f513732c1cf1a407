package io.signalbox.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.LongStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class SafetensorsPropertyTest {

    private static final int TRIES = 200;

    @Property(tries = TRIES)
    void anyTensorsComeBackAsTheyWere(
            @ForAll("tensors") Map<String, Tensor> tensors,
            @ForAll @Size(max = 3) Map<@From("texts") String, @From("texts") String> metadata)
            throws IOException {
        Path file = Files.createTempDirectory("safetensors").resolve("t.safetensors");
        try {
            Safetensors.write(file, tensors, metadata);

            Map<String, Tensor> read = Safetensors.read(file);
            assertThat(read.keySet()).isEqualTo(tensors.keySet());
            assertThat(read).allSatisfy((name, tensor) -> {
                assertThat(tensor.dtype()).isEqualTo(tensors.get(name).dtype());
                assertThat(tensor.shape()).isEqualTo(tensors.get(name).shape());
                assertThat(tensor.data()).isEqualTo(tensors.get(name).data());
            });
            assertThat(Safetensors.metadata(file)).isEqualTo(metadata);
        } finally {
            delete(file);
        }
    }

    @Property(tries = TRIES)
    void aChangedByteIsReadOrRefusedButNeverAnotherError(
            @ForAll("tensors") Map<String, Tensor> tensors, @ForAll @IntRange(max = 400) int at, @ForAll byte value)
            throws IOException {
        Path file = Files.createTempDirectory("safetensors").resolve("t.safetensors");
        try {
            Safetensors.write(file, tensors, Map.of());
            byte[] bytes = Files.readAllBytes(file);
            bytes[at % bytes.length] = value;
            Files.write(file, bytes);

            assertThat(Safetensors.read(file)).isNotNull();
        } catch (SafetensorsException e) {
            assertThat(e.code()).startsWith("safetensors.");
        } finally {
            delete(file);
        }
    }

    @Provide
    Arbitrary<Map<String, Tensor>> tensors() {
        return Arbitraries.maps(texts(), tensor()).ofMaxSize(6);
    }

    /** Half a surrogate pair is no text and cannot be written in UTF-8. */
    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.strings()
                .ofMaxLength(8)
                .filter(text -> text.codePoints().noneMatch(point -> Character.getType(point) == Character.SURROGATE));
    }

    private Arbitrary<Tensor> tensor() {
        Arbitrary<long[]> shapes =
                Arbitraries.longs().between(0, 4).array(long[].class).ofMaxSize(4);
        return Arbitraries.of(Dtype.class)
                .flatMap(dtype -> shapes.flatMap(shape -> {
                    int size = (int) (dtype.bytes() * LongStream.of(shape).reduce(1, (a, b) -> a * b));
                    return Arbitraries.bytes()
                            .array(byte[].class)
                            .ofSize(size)
                            .map(bytes -> new Tensor(dtype.name(), shape, ByteBuffer.wrap(bytes)));
                }));
    }

    private static void delete(Path file) throws IOException {
        Files.deleteIfExists(file);
        Files.delete(file.getParent());
    }
}
