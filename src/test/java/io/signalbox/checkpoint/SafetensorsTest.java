package io.signalbox.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsTest {

    @TempDir
    Path directory;

    @Test
    void writesTheBytesThatTheFormatAsksFor() throws IOException {
        Path file = directory.resolve("tiny.safetensors");

        Safetensors.write(file, Map.of("0.bias", Tensor.of(new float[] {1.5f, -2f}, 2)), Map.of("format", "pt"));

        String json = "{\"__metadata__\":{\"format\":\"pt\"},"
                + "\"0.bias\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}";
        int padded = (json.length() + 7) / 8 * 8;
        ByteBuffer expected = ByteBuffer.allocate(8 + padded + 8).order(ByteOrder.LITTLE_ENDIAN);
        expected.putLong(padded)
                .put((json + " ".repeat(padded - json.length())).getBytes(StandardCharsets.UTF_8))
                .putFloat(1.5f)
                .putFloat(-2f);
        assertThat(Files.readAllBytes(file)).isEqualTo(expected.array());
    }

    @Test
    void readsWhatItWroteWithWideElementsFirst() throws IOException {
        Path file = directory.resolve("mixed.safetensors");
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("mask", new Tensor("U8", new long[] {3}, ByteBuffer.wrap(new byte[] {1, 0, 1})));
        tensors.put("weight", Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3));
        tensors.put("steps", Tensor.of(new long[] {Long.MIN_VALUE}));
        tensors.put("none", Tensor.of(new float[0], 0, 7));

        Safetensors.write(file, tensors, Map.of());

        Map<String, Tensor> read = Safetensors.read(file);
        assertThat(read.keySet()).containsExactly("steps", "none", "weight", "mask");
        assertThat(read).allSatisfy((name, tensor) -> {
            assertThat(tensor.dtype()).isEqualTo(tensors.get(name).dtype());
            assertThat(tensor.shape()).isEqualTo(tensors.get(name).shape());
            assertThat(tensor.data()).isEqualTo(tensors.get(name).data());
        });
        assertThat(read.get("weight").floats()).containsExactly(1, 2, 3, 4, 5, 6);
        assertThat(Safetensors.check(file))
                .contains(
                        new Safetensors.Info("weight", "F32", List.of(2L, 3L)),
                        new Safetensors.Info("steps", "I64", List.of()));
    }

    @Test
    void refusesToWriteATensorWhoseDataDoesNotFitItsShape() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Safetensors.write(
                        directory.resolve("bad"), Map.of("w", Tensor.of(new float[] {1}, 2)), Map.of()))
                .withMessageContaining("8 bytes by its shape");
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            header   | []                                                                            | 0
            header   | {"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}                          | 1
            header   | {"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}} {}                      | 1
            header   | {"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}} | 1
            header   | {"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1],"x":1}}                   | 1
            header   | {"a":{"shape":[1],"data_offsets":[0,1]}}                                      | 1
            header   | {"a":{"dtype":"U8","shape":[1.0],"data_offsets":[0,1]}}                       | 1
            header   | {"a":{"dtype":"U8","shape":["1"],"data_offsets":[0,1]}}                       | 1
            header   | {"a":{"dtype":"U8","shape":[-1],"data_offsets":[0,1]}}                        | 1
            header   | {"a":{"dtype":"U8","shape":1,"data_offsets":[0,1]}}                           | 1
            header   | {"a":{"dtype":"U8","shape":[9223372036854775808],"data_offsets":[0,1]}}       | 1
            header   | {"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1,2]}}                       | 1
            header   | {"a":{"dtype":"U8","shape":[[[[[1]]]]],"data_offsets":[0,1]}}                 | 1
            header   | {"a":[]}                                                                      | 0
            header   | {'a':{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}                         | 1
            dtype    | {"a":{"dtype":"U9","shape":[1],"data_offsets":[0,1]}}                         | 1
            dtype    | {"a":{"dtype":8,"shape":[1],"data_offsets":[0,1]}}                            | 1
            shape    | {"a":{"dtype":"F64","shape":[4611686018427387904],"data_offsets":[0,1]}}      | 1
            shape    | {"a":{"dtype":"U8","shape":[4294967296,4294967296],"data_offsets":[0,0]}}     | 0
            size     | {"a":{"dtype":"F32","shape":[1],"data_offsets":[0,1]}}                        | 1
            offsets  | {"a":{"dtype":"U8","shape":[0],"data_offsets":[1,0]}}                         | 1
            offsets  | {"a":{"dtype":"U8","shape":[1],"data_offsets":[1]}}                           | 1
            overlap  | {"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}} | 3
            hole     | {"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}                         | 2
            hole     | {"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}                         | 2
            hole     | {}                                                                            | 1
            truncated| {"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}                         | 1
            metadata | {"__metadata__":{"a":1}}                                                      | 0
            metadata | {"__metadata__":"a"}                                                          | 0
            """)
    void refusesHeadersThatBreakARule(String kind, String header, int data) throws IOException {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        assertRefused(kind, json.length, json, data);
    }

    @ParameterizedTest
    @CsvSource({
        "header_length, 9223372036854775807",
        "header_length, -9223372036854775808",
        "header_length, -1",
        "header_length, 0",
        "header_length, 1",
        "header_length, 16777217",
        "truncated, 16777216",
        "truncated, 3"
    })
    void refusesALengthThatCannotBeBeforeItAllocates(String kind, long length) throws IOException {
        assertRefused(kind, length, new byte[] {'{', '}'}, 0);
    }

    @Test
    void refusesOtherFormatsByContent() throws IOException {
        byte[] zip = {'P', 'K', 3, 4, 20, 0, 0, 0, 0, 0};
        byte[] pickle = {(byte) 0x80, 2, '}', 'q', 0, '.'};
        for (byte[] bytes : List.of(zip, pickle, new byte[0])) {
            Path file = Files.write(directory.resolve("x" + bytes.length), bytes);
            assertThatExceptionOfType(SafetensorsException.class).isThrownBy(() -> Safetensors.check(file));
        }
    }

    @Test
    void refusesAHeaderThatIsNotUtf8() throws IOException {
        assertRefused("header", 4, new byte[] {'{', (byte) 0xff, (byte) 0xfe, '}'}, 0);
    }

    private void assertRefused(String kind, long declared, byte[] header, int data) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(8 + header.length + data).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(declared).put(header);
        Path file = Files.write(directory.resolve("bad.safetensors"), bytes.array());
        assertThatExceptionOfType(SafetensorsException.class)
                .isThrownBy(() -> Safetensors.read(file))
                .satisfies(e -> assertThat(e.code()).isEqualTo("safetensors." + kind));
    }
}
