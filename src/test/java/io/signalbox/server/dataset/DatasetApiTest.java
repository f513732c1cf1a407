package io.signalbox.server.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.signalbox.server.Caller;
import io.signalbox.server.Caller.Response;
import io.signalbox.server.Home;
import io.signalbox.server.Multipart;
import io.signalbox.server.ServerTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;

@ServerTest
class DatasetApiTest {

    private static final String DATASETS = "/api/v1/datasets";
    private static final String CSV = "x,y,kind\n1,2.5,a\n2,3.5,b\n3,4.5,a\n";
    private static final AtomicInteger NAMES = new AtomicInteger();

    @Autowired
    Caller caller;

    @Autowired
    Home home;

    @Autowired
    Datasets datasets;

    private final String name = "flowers-" + NAMES.incrementAndGet();

    @Test
    void anUploadedTableIsDescribedListedAndDeleted() {
        Response created = upload(csv(name, CSV).field("options", "{\"target\": \"kind\"}"));

        assertThat(created.status()).isEqualTo(201);
        assertThat(created.header("Location")).isEqualTo(DATASETS + "/" + name);
        assertThat(created.json().path("rows").asInt()).isEqualTo(3);
        assertThat(created.json().path("class_counts").path("a").asInt()).isEqualTo(2);
        assertThat(created.json().path("sha256").asString()).hasSize(64);
        assertThat(created.json().path("created_at").asString()).matches("\\d{4}-.*T.*\\.\\d{3}Z");
        assertThat(caller.authorized("GET", DATASETS + "/" + name).send().json())
                .isEqualTo(created.json());
        assertThat(listed()).contains(name);
        assertThat(datasets.find(name)).isPresent();

        assertThat(caller.authorized("DELETE", DATASETS + "/" + name).send().status())
                .isEqualTo(204);
        assertThat(caller.authorized("GET", DATASETS + "/" + name).send().status())
                .isEqualTo(404);
        assertThat(home.datasets().resolve(name)).doesNotExist();
    }

    @Test
    void partsComeInAnyOrder() {
        Multipart fileFirst = new Multipart()
                .file("flowers.csv", CSV)
                .field("format", "csv")
                .field("options", "{}")
                .field("name", name);

        assertThat(upload(fileFirst).status()).isEqualTo(201);
    }

    @Test
    void aNameIsTakenOnce() {
        upload(csv(name, CSV));

        Response again = upload(csv(name, CSV));

        assertThat(again.status()).isEqualTo(409);
        assertThat(again.isProblem()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../../etc/passwd",
                "/etc/passwd",
                "C:\\x",
                "\\\\host\\x",
                "CON",
                "con",
                "nul.txt",
                "a.",
                "a ",
                ".",
                "..",
                "-rf",
                "",
                " ",
                "Upper",
                "a\u202eb",
                "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
            })
    void refusesNamesThatCouldMeanAnythingElse(String bad) {
        Response response = upload(csv(bad, CSV));

        assertThat(response.status()).isEqualTo(422);
        assertThat(response.isProblem()).isTrue();
        assertThat(response.json().path("errors").path(0).path("code").asString())
                .isEqualTo("name.format");
    }

    @Test
    void refusesTextsThatHoldANul() {
        assertThat(upload(csv("a\0b", CSV)).status()).isEqualTo(400);
    }

    @Test
    void theSamplesAreThere() {
        assertThat(datasets.find("sample-digits")).isPresent();
        assertThat(caller.authorized("GET", DATASETS + "/sample-tabular")
                        .send()
                        .json()
                        .path("sample")
                        .asBoolean())
                .isTrue();
    }

    @Test
    void tellsEveryFaultAtOnce() {
        Response response = upload(
                new Multipart().field("color", "red").field("name", "UPPER").field("name", "twice"));

        assertThat(response.status()).isEqualTo(422);
        assertThat(response.json().path("errors").findValuesAsString("pointer"))
                .containsExactlyInAnyOrder("#/color", "#/name", "#/name", "#/file", "#/format");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "{", "{} {}", "{\"a\":1,\"a\":2}", "{\"nothing\": 1}"})
    void refusesOptionsThatAreNone(String options) {
        assertThat(upload(csv(name, CSV).field("options", options)).status()).isEqualTo(422);
        assertNothingLeft();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a,b\n", "a,b\n1\n", "a,a\n1,2\n", "a,b\n1,\n"})
    void dataThatCannotBeReadLeavesNothingBehind(String content) {
        Response response = upload(csv(name, content));

        assertThat(response.status()).isEqualTo(422);
        assertThat(response.isProblem()).isTrue();
        assertNothingLeft();
    }

    @ParameterizedTest
    @ValueSource(strings = {"../../x.csv", "..\\x.csv", "dataset.json", ".hidden", "con", "", "a\r\nb", "%2e%2e%2f"})
    void aClientsFileNameStaysInsideTheFolder(String fileName) throws IOException {
        Response response = upload(
                new Multipart().field("name", name).field("format", "csv").file(fileName, CSV));

        assertThat(response.status()).isIn(201, 400, 422);
        if (response.status() == 201) {
            assertThat(files(home.datasets().resolve(name))).hasSize(2);
        }
        assertThat(files(home.datasets()).stream().filter(file -> !Files.isDirectory(file)))
                .isEmpty();
    }

    @Test
    void anUploadCutInTheMiddleLeavesNothingBehind() {
        byte[] whole = caller.authorized("POST", DATASETS)
                .bytes(Multipart.TYPE, csv(name, CSV.repeat(20_000)).bytes());

        caller.cut(Arrays.copyOf(whole, whole.length / 2));

        await().untilAsserted(this::assertNothingLeft);
    }

    @Test
    void anUploadBeyondTheLimitIsTooLarge() {
        Response response = upload(csv(name, "a".repeat(6_000_000)));

        assertThat(response.status()).isEqualTo(413);
        assertThat(response.isProblem()).isTrue();
        assertNothingLeft();
    }

    @Test
    void refusesWhatIsNotMultipart() {
        assertThat(caller.authorized("POST", DATASETS)
                        .send("application/json", "{}")
                        .status())
                .isEqualTo(415);
        assertThat(caller.authorized("POST", DATASETS)
                        .send("multipart/form-data", csv(name, CSV).bytes())
                        .status())
                .isEqualTo(400);
        assertThat(caller.authorized("POST", DATASETS)
                        .send("text/plain", csv(name, CSV).bytes())
                        .status())
                .isEqualTo(415);
    }

    @Test
    void refusesMorePartsThanAnythingNeeds() {
        Multipart parts = csv(name, CSV);
        for (int i = 0; i < 1_000; i++) {
            parts.field("x" + i, "y");
        }
        Response response = upload(parts);

        assertThat(response.status()).isEqualTo(413);
        assertThat(response.isProblem()).isTrue();
    }

    @Test
    void knowsNothingUnderANameThatCannotBe() {
        assertThat(datasets.find("../" + name)).isEmpty();
        assertThat(caller.authorized("GET", DATASETS + "/UPPER").send().status())
                .isEqualTo(404);
        assertThat(caller.authorized("DELETE", DATASETS + "/nowhere").send().status())
                .isEqualTo(404);
    }

    private Response upload(Multipart parts) {
        return caller.authorized("POST", DATASETS).send(Multipart.TYPE, parts.bytes());
    }

    private static Multipart csv(String name, String content) {
        return new Multipart().field("name", name).field("format", "csv").file("flowers.csv", content);
    }

    private List<String> listed() {
        return caller.authorized("GET", DATASETS + "?limit=500")
                .send()
                .json()
                .path("items")
                .findValuesAsString("name");
    }

    private void assertNothingLeft() {
        assertThat(files(home.uploads())).isEmpty();
        assertThat(files(home.datasets()).stream()
                        .filter(file -> file.getFileName().toString().startsWith(".")))
                .isEmpty();
        assertThat(home.datasets().resolve(name)).doesNotExist();
    }

    private static List<Path> files(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
