package io.signalbox.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.signalbox.harness.Answer;
import io.signalbox.harness.Api;
import io.signalbox.harness.Fixtures;
import io.signalbox.harness.Json;
import io.signalbox.harness.Multipart;
import io.signalbox.harness.RawHttp;
import io.signalbox.harness.ServerProcess;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What the service says to input that is wrong: a problem that names the place, never a 500, and nothing is created. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BadInputIT {

    private static final String GOOD = """
            {"name": "good", "epochs": 1, "batch_size": 16, "data": {"dataset": "flowers"},
             "model": {"type": "sequential", "layers": [{"type": "dense", "units": 8}, {"type": "relu"},
             {"type": "dense", "units": 3}]}, "optimizer": {"type": "sgd", "learning_rate": 0.1},
             "callbacks": [{"type": "EarlyStopping", "monitor": "loss", "patience": 0}]}""";

    private ServerProcess server;
    private Api api;
    private long job;

    @BeforeAll
    void start(@TempDir Path folder) {
        server = ServerProcess.start(folder, "signalbox.workers.slots=1", "signalbox.workers.warm=0");
        api = server.api();
        Fixtures.uploadFlowers(api).expect(201);
        Fixtures.uploadCorners(api, 64).expect(201);
    }

    @AfterAll
    void end() {
        server.close();
    }

    static Stream<Arguments> unparseable() {
        return Stream.of(
                arguments("nothing", ""),
                arguments("half of it", "{\"name\": \"a\""),
                arguments("a key twice", "{\"name\": \"a\", \"name\": \"b\"}"),
                arguments("more behind it", "{} {}"),
                arguments("too deep", "[".repeat(10_000) + "]".repeat(10_000)),
                arguments("a long string", "{\"name\": \"" + "x".repeat(200_000) + "\"}"),
                arguments("a long number", "{\"epochs\": " + "9".repeat(10_000) + "}"),
                arguments("a bare NaN", "{\"epochs\": NaN}"),
                arguments("a lone surrogate", "{\"name\": \"\\ud800\"}"),
                arguments("a comment", "{/* hello */}"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("unparseable")
    void refusesABodyThatCannotBeParsed(String what, String body) {
        assertThat(post(body).status()).as(what).isIn(400, 422);
        post(body).expectProblem(post(body).status());
        nothingWasCreated();
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "\"x\"", "42", "null", "true"})
    void refusesABodyThatIsNoObject(String body) {
        assertThat(post(body).status()).isIn(400, 422);
        post(body).expectProblem(post(body).status());
    }

    @Test
    void refusesBytesThatAreNoUtf8() {
        byte[] latin1 = "{\"name\": \"caf\u00e9\"}".getBytes(StandardCharsets.ISO_8859_1);

        api.call("POST", "/jobs", Api.JSON, BodyPublishers.ofByteArray(latin1)).expectProblem(400);
    }

    @Test
    void refusesABodyThatIsTooLarge() {
        post("{\"name\": \"" + "x".repeat(2 << 20) + "\"}").expectProblem(413);
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/x-www-form-urlencoded", "application/xml"})
    void refusesOtherTypesOfBody(String type) {
        api.post("/jobs", type, GOOD).expectProblem(415);
    }

    /** One node of a good spec is spoiled; the answer must point at it. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            "epochs": 1        | "epochs": "10"           | #/epochs
            "epochs": 1        | "epochs": 1.5            | #/epochs
            "epochs": 1        | "epochs": 0              | #/epochs
            "epochs": 1        | "epochs": -3             | #/epochs
            "epochs": 1        | "epochs": 2147483648     | #/epochs
            "epochs": 1        | "epochs": null           | #/epochs
            "epochs": 1,       | ``                       | #/epochs
            "epochs": 1        | "epochs": 1, "epoch": 5  | #/epoch
            "epochs": 1        | "epochs": 1, "seed": -1  | #/seed
            "epochs": 1        | "epochs": 1, "seed": "random" | #/seed
            "epochs": 1        | "epochs": 1, "priority": 1000000000 | #/priority
            "epochs": 1        | "epochs": 1, "tags": [1] | #/tags/0
            "epochs": 1        | "epochs": 1, "loss": "mse" | #/loss
            "epochs": 1        | "epochs": 1, "loss": "no_such" | #/loss
            "epochs": 1        | "epochs": 1, "metrics": ["no_such"] | #/metrics/0
            "epochs": 1        | "epochs": 1, "retries": -1 | #/retries
            "batch_size": 16   | "batch_size": 0          | #/batch_size
            "name": "good"     | "name": ""               | #/name
            "name": "good"     | "name": "a\\u0000b"      | #/name
            "name": "good"     | "name": "a\\u202eb"      | #/name
            "name": "good"     | "name": "a\\r\\nFAKE"    | #/name
            "dataset": "flowers" | "dataset": "no-such"   | #/data/dataset
            "dataset": "flowers" | "dataset": "../../etc/passwd" | #/data/dataset
            "dataset": "flowers" | "dataset": "file:///etc/passwd" | #/data/dataset
            "dataset": "flowers" | "dataset": "CON"       | #/data/dataset
            "dataset": "flowers" | "dataset": "flowers", "target": "no-such" | #/data/target
            "dataset": "flowers" | "dataset": "flowers", "features": ["no-such"] | #/data/features/0
            "dataset": "flowers" | "dataset": "flowers", "validation_split": 1.0 | #/data/validation_split
            "dataset": "flowers" | "dataset": "flowers", "validation_split": -0.1 | #/data/validation_split
            "dataset": "flowers" | "dataset": "flowers", "shuffle": "true" | #/data/shuffle
            "dataset": "flowers" | "dataset": "flowers", "normalize": "sometimes" | #/data/normalize
            {"type": "relu"}   | {"type": "no_such"}      | #/model/layers/1/type
            {"type": "relu"}   | {"type": "dropout", "rate": 1.0} | #/model/layers/1/rate
            {"type": "relu"}   | {"type": "dropout", "rate": -0.1} | #/model/layers/1/rate
            {"type": "relu"}   | {"type": "conv2d", "filters": 4, "kernel": 3} | #/model/layers/1
            "units": 8         | "units": 0               | #/model/layers/0/units
            "units": 8         | "units": 8, "unit": 8    | #/model/layers/0/unit
            "learning_rate": 0.1 | "learning_rate": 0     | #/optimizer/learning_rate
            "learning_rate": 0.1 | "learning_rate": -1    | #/optimizer/learning_rate
            "learning_rate": 0.1 | "learning_rate": "NaN" | #/optimizer/learning_rate
            "learning_rate": 0.1 | "learning_rate": 0.1, "betas": [0.9, 0.99] | #/optimizer/betas
            "sgd"              | "no_such"                | #/optimizer/type
            "patience": 0      | "patience": -1           | #/callbacks/0/patience
            "patience": 0      | "patience": 0, "mode": "sideways" | #/callbacks/0/mode
            "EarlyStopping"    | "LateStopping"           | #/callbacks/0/type
            "epochs": 1        | "epochs": 9e18           | #/epochs
            "epochs": 1        | "epochs": [1]            | #/epochs
            "epochs": 1        | "epochs": 1, "seed": 9223372036854775808 | #/seed
            "epochs": 1        | "epochs": 1, "tags": ["a", "a"] | #/tags/1
            "epochs": 1        | "epochs": 1, "loss": {"type": "cross_entropy", "label_smoothing": 1.5} | #/loss/label_smoothing
            "epochs": 1        | "epochs": 1, "resources": {"cpus": 0} | #/resources/cpus
            "epochs": 1        | "epochs": 1, "resources": {"gpus": 9} | #/resources/gpus
            "epochs": 1        | "epochs": 1, "resources": {"memory": 2} | #/resources/memory
            "epochs": 1        | "epochs": 1, "resources": {"memory": "0"} | #/resources/memory
            "epochs": 1        | "epochs": 1, "resources": {"time_limit": "-1s"} | #/resources/time_limit
            "epochs": 1        | "epochs": 1, "initial_weights": {"job": 999999, "checkpoint": "best"} | #/initial_weights/job
            "epochs": 1        | "epochs": 1, "initial_weights": {"upload": "no-such"} | #/initial_weights/upload
            "epochs": 1        | "epochs": 1, "initial_weights": {"upload": "../x"} | #/initial_weights/upload
            "name": "good"     | "name": "   "            | #/name
            "name": "good"     | "name": "a\\u001bb"      | #/name
            "name": "good"     | "name": "a\\u200bb"      | #/name
            "dataset": "flowers" | "dataset": "C:\\\\x"   | #/data/dataset
            "dataset": "flowers" | "dataset": "\\\\\\\\host\\\\x" | #/data/dataset
            "dataset": "flowers" | "dataset": "flowers", "shuffle": 1 | #/data/shuffle
            "dataset": "flowers" | "dataset": "flowers", "features": [] | #/data/features
            "units": 8         | "units": -1              | #/model/layers/0/units
            {"type": "relu"}   | {"type": "dropout", "rate": 1.5} | #/model/layers/1/rate
            {"type": "relu"}   | {"type": "reshape", "shape": [-1, -1]} | #/model/layers/1/shape
            {"type": "relu"}   | {"type": "reshape", "shape": [7]} | #/model/layers/1
            "learning_rate": 0.1 | "learning_rate": 1e9   | #/optimizer/learning_rate
            "learning_rate": 0.1 | "learning_rate": 1e-400 | #/optimizer/learning_rate
            "learning_rate": 0.1 | "learning_rate": 0.1, "momentum": 1.0 | #/optimizer/momentum
            "learning_rate": 0.1 | "learning_rate": 0.1, "weight_decay": -1 | #/optimizer/weight_decay
            "learning_rate": 0.1 | "learning_rate": 0.1, "nesterov": true | #/optimizer/nesterov
            "type": "sgd"      | "type": "adam", "betas": [0.9, 1.0] | #/optimizer/betas/1
            "type": "sgd"      | "type": "adam", "eps": 0 | #/optimizer/eps
            "patience": 0      | "min_delta": "NaN"       | #/callbacks/0/min_delta
            """)
    void pointsAtWhatIsWrong(String good, String bad, String pointer) {
        String spoiled = GOOD.replace(good, bad == null ? "" : bad);
        assertThat(spoiled).isNotEqualTo(GOOD);

        post(spoiled).expectProblem(422, pointer);

        nothingWasCreated();
    }

    @Test
    void pointsAtEverythingThatIsWrongAtOnce() {
        Answer answer = post(GOOD.replace("\"epochs\": 1", "\"epochs\": 0")
                .replace("\"patience\": 0", "\"patience\": -1")
                .replace("\"units\": 8", "\"units\": -8"));

        answer.expectProblem(422, "#/epochs")
                .expectProblem(422, "#/callbacks/0/patience")
                .expectProblem(422, "#/model/layers/0/units");
    }

    @Test
    void namesTheLayerAndTheShapeThatCameInto() {
        String tooBig = """
                {"epochs": 1, "data": {"dataset": "corners"}, "model": {"type": "sequential", "layers": [
                 {"type": "conv2d", "filters": 4, "kernel": 29}, {"type": "flatten"}, {"type": "dense", "units": 4}]}}""";

        Answer answer = post(tooBig).expectProblem(422, "#/model/layers/0");

        assertThat(answer.text()).contains("28");
    }

    @Test
    void refusesANetworkWhoseOutputsAreNotTheClasses() {
        post(GOOD.replace("\"units\": 3", "\"units\": 2")).expectProblem(422);
        nothingWasCreated();
    }

    @Test
    void refusesANetworkTooLargeForAnyMachineWithoutBuildingIt() {
        String huge = "{\"type\": \"dense\", \"units\": 1000000}, {\"type\": \"dense\", \"units\": 1000000}";
        post(GOOD.replace("{\"type\": \"relu\"}", huge)).expectProblem(422);
    }

    @Test
    void pointsAtYamlToo() {
        api.post("/jobs", Api.YAML, Fixtures.flowersJob(0)).expectProblem(422, "#/epochs");
        api.post("/jobs", Api.YAML, "name: [a\n").expectProblem(400);
        api.post("/jobs", Api.YAML, "name: a\nname: b\n").expectProblem(400);
        api.post("/jobs", Api.YAML, "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n");
        assertThat(api.post("/jobs", Api.YAML, "name: !!javax.script.ScriptEngineManager [x]\n")
                        .status())
                .isIn(400, 422);
    }

    static Stream<Arguments> spoiledLists() {
        return Stream.of(
                arguments("no layers", layers(""), "#/model/layers"),
                arguments(
                        "10,001 layers",
                        layers("{\"type\": \"relu\"},".repeat(10_000) + "{\"type\": \"relu\"}"),
                        "#/model/layers"),
                arguments("a stride of 0", layers(conv("\"stride\": 0")), "#/model/layers/0/stride"),
                arguments("a dilation of 0", layers(conv("\"dilation\": 0")), "#/model/layers/0/dilation"),
                arguments("groups that do not divide", layers(conv("\"groups\": 3")), "#/model/layers/0/groups"),
                arguments(
                        "1,001 tags",
                        GOOD.replace("{\"name\"", "{\"tags\": [" + tags(1_001) + "], \"name\""),
                        "#/tags"),
                arguments(
                        "a tag of 1 KB",
                        GOOD.replace("{\"name\"", "{\"tags\": [\"" + "x".repeat(1_024) + "\"], \"name\""),
                        "#/tags/0"),
                arguments("a name of 10 KB", GOOD.replace("\"good\"", "\"" + "x".repeat(10_000) + "\""), "#/name"));
    }

    private static String layers(String layers) {
        return GOOD.replaceAll("(?s)\"layers\": \\[.*\\]}, \"opt", "\"layers\": [" + layers + "]}, \"opt");
    }

    private static String conv(String option) {
        return "{\"type\": \"conv2d\", \"filters\": 4, \"kernel\": 3, " + option + "}";
    }

    private static String tags(int count) {
        return IntStream.range(0, count).mapToObj(i -> "\"t" + i + "\"").collect(Collectors.joining(","));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("spoiledLists")
    void pointsAtTheListOrTheElementThatIsWrong(String what, String spec, String pointer) {
        post(spec).expectProblem(422, pointer);

        nothingWasCreated();
    }

    /** A callback in place of the good one; the answer must point at its parameter. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            "LearningRateScheduler", "schedule": "epoch <"             | schedule
            "LearningRateScheduler", "schedule": "unknown + 1"         | schedule
            "LearningRateScheduler", "schedule": "'a'"                 | schedule
            "LearningRateScheduler", "schedule": "T(java.lang.Runtime).getRuntime()" | schedule
            "LearningRateScheduler", "schedule": {"type": "step", "step_size": 0} | schedule/step_size
            "LearningRateScheduler", "schedule": {"type": "cosine", "t_max": 0} | schedule/t_max
            "ModelCheckpoint", "filepath": "../{epoch}"                | filepath
            "ModelCheckpoint", "filepath": "{"                         | filepath
            "ModelCheckpoint", "filepath": "{0.__class__}"             | filepath
            "ModelCheckpoint", "filepath": "{epoch:99999999d}"         | filepath
            "ModelCheckpoint", "save_freq": 0                          | save_freq
            "RemoteMonitor", "root": "http://127.0.0.1"                | root
            "RemoteMonitor", "root": "file:///etc/passwd"              | root
            "RemoteMonitor", "root": "http://good@127.0.0.1"           | root
            """)
    void pointsAtTheCallbacksParameterThatIsWrong(String callback, String parameter) {
        String spec = GOOD.replace("\"EarlyStopping\", \"monitor\": \"loss\", \"patience\": 0", callback);
        assertThat(spec).isNotEqualTo(GOOD);

        post(spec).expectProblem(422, "#/callbacks/0/" + parameter);

        nothingWasCreated();
    }

    @Test
    void takesAnIdempotencyKeyForOneBodyOnly() {
        Map<String, String> key = Map.of("Idempotency-Key", "once");
        long id = api.post("/jobs", Api.JSON, GOOD, key)
                .expect(201)
                .json()
                .path("id")
                .longValue();

        assertThat(api.post("/jobs", Api.JSON, GOOD, key)
                        .expect(200)
                        .json()
                        .path("id")
                        .longValue())
                .isEqualTo(id);
        api.post("/jobs", Api.JSON, GOOD.replace("good", "other"), key).expectProblem(422, "Idempotency-Key");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "loss?from=5&to=1",
                "loss?from=2026-13-45",
                "loss?by=day",
                "loss?max_points=0",
                "loss?max_points=1000000000"
            })
    void refusesCurvesThatAreNone(String metric) {
        api.get("/jobs/" + someJob() + "/metrics/" + metric).expectProblem(422);
    }

    @Test
    void answersRangesWithTheWholeAndNeverFails() {
        for (String range : new String[] {"bytes=0-" + ",0-".repeat(999), "bytes=-5", "bytes=9-1", "cows=1-2"}) {
            assertThat(api.send(api.request("/jobs/" + someJob() + "/logs").header("Range", range))
                            .status())
                    .as(range)
                    .isIn(200, 206, 404, 416);
        }
    }

    @Test
    void keepsTextOfAnyScriptAsItIs() {
        String name = "\ud83d\ude80 caf\u00e9 \u5217\u8eca e\u0301";

        JsonNode job =
                post(GOOD.replace("\"good\"", Json.write(name))).expect(201).json();

        assertThat(job.path("name").stringValue()).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"T(java.lang.Runtime).getRuntime()", "${7*7}", "#{7*7}", "@systemProperties", "%s%n{0}"})
    void keepsExpressionsAsTheTextTheyAre(String text) {
        Answer answer = post(GOOD.replace("\"good\"", Json.write(text)));

        if (answer.status() == 201) {
            assertThat(answer.json().path("name").stringValue()).isEqualTo(text);
            api.post("/jobs/" + answer.json().path("id").longValue() + "/commands", Api.JSON, "{\"type\": \"cancel\"}");
        } else {
            answer.expectProblem(422, "#/name");
            assertThat(answer.text()).doesNotContain("49");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/jobs/999999",
                "/jobs/no-number",
                "/jobs/99999999999999999999",
                "/jobs/999999/history",
                "/jobs/999999/events",
                "/jobs/999999/logs",
                "/jobs/999999/checkpoints",
                "/datasets/no-such",
                "/no-such-thing",
                "/catalogue/no-such"
            })
    void knowsNoSuchThing(String path) {
        api.get(path).expectProblem(404);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/jobs?limit=0",
                "/jobs?limit=-1",
                "/jobs?limit=501",
                "/jobs?limit=abc",
                "/jobs?cursor=tampered",
                "/jobs?sort=name;drop%20table%20job",
                "/jobs?state=no-such"
            })
    void refusesParametersOutOfRange(String path) {
        Answer answer = api.get(path);
        assertThat(answer.status()).as(path).isIn(400, 422);
        answer.expectProblem(answer.status());
        assertThat(answer.text()).doesNotContainIgnoringCase("select ").doesNotContainIgnoringCase("syntax error");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/jobs/..%2f..%2fetc", "/datasets/%252e%252e%252fx", "/jobs/1;/../2", "/jobs/%00"})
    void letsNoPathClimb(String path) {
        String answer = RawHttp.send(
                api.uri("//"),
                "GET /api/v1" + path + " HTTP/1.1",
                "Host: localhost:" + api.uri("//").getPort(),
                "Authorization: Bearer " + token(),
                "Connection: close");

        assertThat(RawHttp.status(answer)).as(answer).isIn(400, 404);
    }

    @ParameterizedTest
    @CsvSource({"PUT,/jobs", "PATCH,/jobs", "DELETE,/jobs", "POST,/workers", "PUT,/datasets"})
    void offersNoOtherMethods(String method, String path) {
        Answer answer =
                api.call(method, path, Api.JSON, BodyPublishers.ofString("{}")).expectProblem(405);
        assertThat(answer.header("Allow")).isNotEmpty();
    }

    @Test
    void answersWithAProblemWhereTomcatItselfRefuses() {
        String answer = RawHttp.send(
                api.uri("//"),
                "GET /api/v1/jobs?q=" + "x".repeat(100_000) + " HTTP/1.1",
                "Host: localhost",
                "Connection: close");
        assertThat(RawHttp.status(answer)).isEqualTo(414);
        assertThat(answer).doesNotContain("Apache Tomcat", "Exception");

        String smuggled = RawHttp.send(
                api.uri("//"),
                "POST /api/v1/jobs HTTP/1.1",
                "Host: localhost:" + api.uri("//").getPort(),
                "Content-Length: 4",
                "Content-Length: 5",
                "Connection: close");
        assertThat(RawHttp.status(smuggled)).isEqualTo(400);
        assertThat(smuggled).doesNotContain("Apache Tomcat", "Exception");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\": \"no_such\"}",
                "{\"type\": \"set_learning_rate\"}",
                "{\"type\": \"set_learning_rate\", \"value\": 0}",
                "{\"type\": \"set_learning_rate\", \"value\": \"NaN\"}",
                "{\"type\": \"set_learning_rate\", \"value\": 0.1, \"factor\": 2}",
                "{\"type\": \"stop\", \"at\": \"once\"}",
                "{}"
            })
    void refusesCommandsThatMakeNoSense(String command) {
        api.post("/jobs/" + someJob() + "/commands", Api.JSON, command).expectProblem(422);
    }

    @Test
    void refusesAnIdempotencyKeyThatIsNoKey() {
        api.post("/jobs", Api.JSON, GOOD, Map.of("Idempotency-Key", "k".repeat(2000)))
                .expectProblem(400);
    }

    static Stream<Arguments> badUploads() {
        Multipart csv = new Multipart().field("name", "bad").field("format", "csv");
        return Stream.of(
                arguments("no file", csv),
                arguments("empty file", form("bad", "csv", "a.csv", "")),
                arguments("header only", form("bad", "csv", "a.csv", "a,b\n")),
                arguments("ragged rows", form("bad", "csv", "a.csv", "a,b\n1,2\n3\n")),
                arguments("unknown format", form("bad", "parquet", "a.csv", "a,b\n1,2\n")),
                arguments("a name that climbs", form("../bad", "csv", "a.csv", "a,b\n1,2\n")),
                arguments("a taken name", form("flowers", "csv", "a.csv", "a,b\n1,2\n")),
                arguments("no idx", form("bad", "idx", "train-images-idx3-ubyte", "PK\u0003\u0004")),
                arguments("half an idx", form("bad", "idx", "train-images-idx3-ubyte", "\u0000\u0000\u0008\u0003")));
    }

    private static Multipart form(String name, String format, String fileName, String content) {
        return new Multipart()
                .field("name", name)
                .field("format", format)
                .field("options", "{}")
                .file(fileName, content.getBytes(StandardCharsets.ISO_8859_1));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badUploads")
    void refusesABadDatasetAndLeavesNothingBehind(String what, Multipart form) {
        Answer answer = api.upload("/datasets", form);

        assertThat(answer.status()).as(what + ": " + answer.text()).isIn(400, 409, 422);
        answer.expectProblem(answer.status());
        api.get("/datasets/bad").expectProblem(404);
        assertThat(server.home().resolve("datasets").resolve("bad")).doesNotExist();
    }

    @Test
    void refusesWeightsThatAreNoSafetensorsWhateverTheirName() {
        for (String content : new String[] {"PK\u0003\u0004 a zip", "\u0080\u0002. a pickle", "{}", ""}) {
            Answer answer = api.upload(
                    "/weights",
                    new Multipart()
                            .field("name", "evil")
                            .file("evil.safetensors", content.getBytes(StandardCharsets.ISO_8859_1)));
            assertThat(answer.status()).as(answer.text()).isIn(400, 422);
            answer.expectProblem(answer.status());
        }
    }

    /** A job for tests that need one and leave it as it is. */
    private long someJob() {
        if (job == 0) {
            job = post(GOOD).expect(201).json().path("id").longValue();
        }
        return job;
    }

    private Answer post(String body) {
        return api.post("/jobs", Api.JSON, body);
    }

    /** Jobs that exist were all made by a test that meant to. */
    private void nothingWasCreated() {
        assertThat(Json.elements(api.get("/jobs?limit=500").expect(200).json().path("items")))
                .extracting(job -> job.path("progress").path("epochs").intValue())
                .allMatch(epochs -> epochs == 1);
    }

    private String token() {
        return api.request("/")
                .build()
                .headers()
                .firstValue("Authorization")
                .orElse("")
                .substring("Bearer ".length());
    }
}
