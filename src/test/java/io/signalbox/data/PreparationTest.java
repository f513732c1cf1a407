package io.signalbox.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.spec.Problem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterTry;
import net.jqwik.api.lifecycle.BeforeTry;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

class PreparationTest {

    private static final JsonMapper JSON = new JsonMapper();

    private Path folder = Path.of("");

    @BeforeTry
    void makeFolder() throws IOException {
        folder = Files.createTempDirectory("preparation");
    }

    @AfterTry
    void removeFolder() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    record Row(double number, float small, String text) {}

    @Provide
    Arbitrary<List<Row>> tables() {
        return Combinators.combine(
                        Arbitraries.doubles().between(-1e12, 1e12).ofScale(6),
                        Arbitraries.integers().map(Float::intBitsToFloat).filter(Float::isFinite),
                        Arbitraries.of("red", "green", "7", "a b"))
                .as(Row::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(20);
    }

    @Property(tries = 150)
    void turnsRowsIntoTheFeaturesThatTrainingSaw(
            @ForAll("tables") List<Row> rows, @ForAll @IntRange(min = 0, max = 2) int way, @ForAll boolean listed) {
        String normalize = List.of("none", "standard", "minmax").get(way);
        StringBuilder table = new StringBuilder("text,number,small,y\n");
        ArrayNode inputs = JsonNodeFactory.instance.arrayNode();
        for (Row row : rows) {
            table.append(row.text())
                    .append(',')
                    .append(row.number())
                    .append(',')
                    .append(row.small());
            table.append(",0\n");
            if (listed) {
                inputs.addArray().add(row.text()).add(row.number()).add(row.small());
            } else {
                inputs.addObject()
                        .put("small", row.small())
                        .put("text", row.text())
                        .put("number", row.number());
            }
        }
        Fixtures.csv(folder, table.toString());
        TrainingData data = Fixtures.load(folder, Fixtures.spec(null, false, normalize), false);

        Preparation stored = Preparation.of(JSON.readTree(JSON.writeValueAsString(data.preparation())));

        assertThat(stored.apply((ArrayNode) JSON.readTree(inputs.toString()), "#/inputs"))
                .isEqualTo(data.training().features());
        assertThat(stored.shape()).isEqualTo(data.training().shape());
        assertThat(stored.toJson().toString()).isEqualTo(data.preparation().toString());
    }

    @Example
    void countsAnUnknownCategoryAsNone() {
        Fixtures.csv(folder, "c,a,y\nx,1,0\nz,2,1\n");

        assertThat(floats(prepared("none").apply(inputs("[{\"c\": \"w\", \"a\": 3}]"), "#/inputs")))
                .containsExactly(0f, 0f, 3f);
    }

    @Example
    void refusesRowsThatDoNotFitAllAtOnce() {
        Fixtures.csv(folder, "c,a,y\nx,1,0\nz,2,1\n");
        ArrayNode inputs = inputs("[{\"c\": \"x\"}, {\"c\": true, \"a\": \"one\", \"b/c\": 1}, [\"x\"], 5]");

        assertThat(Fixtures.refused(() -> prepared("none").apply(inputs, "#/inputs")))
                .extracting(Problem::pointer)
                .containsExactly(
                        "#/inputs/0/a", "#/inputs/1/c", "#/inputs/1/b~1c", "#/inputs/1/a", "#/inputs/2", "#/inputs/3");
    }

    @Property(tries = 30)
    void turnsPixelsIntoWhatTheNetworkSawOfThem(@ForAll @IntRange(min = 0, max = 2) int way) {
        images();
        TrainingData data = Fixtures.load(
                folder,
                Fixtures.spec(null, false, List.of("none", "standard", "minmax").get(way)),
                true);
        Preparation stored = Preparation.of(JSON.readTree(JSON.writeValueAsString(data.preparation())));

        float[] seen = new float[4];
        for (int i = 0; i < seen.length; i++) {
            float shift = data.scale().shift()[0];
            seen[i] = ((float) (data.training().features().get(i) & 0xFF) - shift)
                    * data.scale().factor()[0];
        }
        for (String form :
                List.of("[[0, 10], [20, 250]]", "[[[0, 10]], [[[20, 250]]]]", "[[[[0, 10]]], [[20, 250]]]")) {
            assertThat(floats(stored.apply(inputs(form), "#/inputs"))).containsExactly(box(seen));
        }
        assertThat(stored.classes()).containsExactly("0", "1");
    }

    @Example
    void scalesImagesToTheRangeOfTheTrainingPart() {
        images();

        assertThat(Fixtures.load(folder, Fixtures.spec(0.5, false, "minmax"), true)
                        .scale()
                        .factor())
                .containsExactly(0.1f);
    }

    @Example
    void refusesImagesThatDoNotFit() {
        images();
        ArrayNode inputs = inputs("[[1], [[[1, 2, 3]]], [[[1, 256]]], \"x\"]");

        assertThat(Fixtures.refused(() -> prepared("none").apply(inputs, "#/inputs")))
                .extracting(Problem::pointer)
                .containsExactly("#/inputs/0", "#/inputs/1/0/0", "#/inputs/2/0/0/1", "#/inputs/3");
    }

    @Example
    void takesPicturesAsItTakesTheirPixels() {
        images();
        ArrayNode both = inputs("[[[[7, 250]]], \"" + Png.grey(new byte[] {7, (byte) 250}, 2, 1) + "\"]");

        FloatBuffer features = prepared("none").apply(both, "#/inputs").asFloatBuffer();

        assertThat(features.get(2)).isEqualTo(features.get(0));
        assertThat(features.get(3)).isEqualTo(features.get(1));
    }

    private Preparation prepared(String normalize) {
        return Preparation.of(Fixtures.load(folder, Fixtures.spec(null, false, normalize), false)
                .preparation());
    }

    private void images() {
        byte[] images = Fixtures.images(1, 2, new byte[] {0, 10}, new byte[] {20, (byte) 250});
        Fixtures.create(
                folder,
                "idx",
                "{}",
                Fixtures.file(folder, "train-images", images),
                Fixtures.file(folder, "train-labels", Fixtures.labels(0, 1)));
    }

    private static ArrayNode inputs(String json) {
        return (ArrayNode) JSON.readTree(json);
    }

    private static List<Float> floats(ByteBuffer buffer) {
        List<Float> floats = new ArrayList<>();
        for (int i = 0; i < buffer.remaining(); i += Float.BYTES) {
            floats.add(buffer.getFloat(i));
        }
        return floats;
    }

    private static Float[] box(float[] values) {
        Float[] boxed = new Float[values.length];
        for (int i = 0; i < values.length; i++) {
            boxed[i] = values[i];
        }
        return boxed;
    }
}
