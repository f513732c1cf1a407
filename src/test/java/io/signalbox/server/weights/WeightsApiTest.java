package io.signalbox.server.weights;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.server.Caller;
import io.signalbox.server.Caller.Response;
import io.signalbox.server.Home;
import io.signalbox.server.Multipart;
import io.signalbox.server.ServerTest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;

@ServerTest
class WeightsApiTest {

    private static final String WEIGHTS = "/api/v1/weights";

    @Autowired
    Caller caller;

    @Autowired
    Weights weights;

    @Autowired
    Home home;

    @Test
    void uploadedWeightsAreKeptListedAndDeleted() {
        Response created = upload("lenet", safetensors());

        assertThat(created.status()).isEqualTo(201);
        assertThat(created.json().path("parameters").asInt()).isEqualTo(2);
        assertThat(created.json().path("tensors").path(0).path("name").asString())
                .isEqualTo("0.weight");
        assertThat(weights.file("lenet"))
                .get()
                .satisfies(file -> assertThat(file).hasBinaryContent(safetensors()));
        assertThat(caller.authorized("GET", WEIGHTS).send().json().path("items").findValuesAsString("name"))
                .contains("lenet");
        assertThat(upload("lenet", safetensors()).status()).isEqualTo(409);

        assertThat(caller.authorized("DELETE", WEIGHTS + "/lenet").send().status())
                .isEqualTo(204);
        assertThat(weights.file("lenet")).isEmpty();
        assertThat(caller.authorized("DELETE", WEIGHTS + "/lenet").send().status())
                .isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "PK\u0003\u0004 a zip", "\u0080\u0002 a pickle", "{}", "12345678{\"a\":1}"})
    void goesByTheContentNotByTheFilesName(String content) throws Exception {
        Response response = upload("fake", content.getBytes(StandardCharsets.ISO_8859_1));

        assertThat(response.status()).isEqualTo(422);
        assertThat(response.isProblem()).isTrue();
        assertThat(response.json().path("errors").path(0).path("code").asString())
                .startsWith("safetensors.");
        assertThat(weights.file("fake")).isEmpty();
        try (var left = Files.list(home.weights())) {
            assertThat(left).noneMatch(file -> file.getFileName().toString().startsWith("."));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"../x", "a.", "con", "A"})
    void refusesNamesThatCouldMeanAnythingElse(String name) {
        assertThat(upload(name, safetensors()).status()).isEqualTo(422);
    }

    @Test
    void takesOneFileAtATime() {
        Multipart two = new Multipart()
                .field("name", "two")
                .file("a.safetensors", safetensors())
                .file("b.safetensors", safetensors());

        assertThat(caller.authorized("POST", WEIGHTS)
                        .send(Multipart.TYPE, two.bytes())
                        .status())
                .isEqualTo(422);
    }

    private Response upload(String name, byte[] content) {
        return caller.authorized("POST", WEIGHTS)
                .send(
                        Multipart.TYPE,
                        new Multipart()
                                .field("name", name)
                                .file("w.safetensors", content)
                                .bytes());
    }

    private static byte[] safetensors() {
        byte[] header = "{\"0.weight\":{\"dtype\":\"F32\",\"shape\":[1,2],\"data_offsets\":[0,8]}}"
                .getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + header.length + 8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(header.length)
                .put(header)
                .putFloat(1)
                .putFloat(2)
                .array();
    }
}
