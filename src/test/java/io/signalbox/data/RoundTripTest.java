package io.signalbox.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterTry;
import net.jqwik.api.lifecycle.BeforeTry;

class RoundTripTest {

    private Path folder = Path.of("");

    @BeforeTry
    void makeFolder() throws IOException {
        folder = Files.createTempDirectory("round-trip");
    }

    @AfterTry
    void removeFolder() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** What a row of the table says. */
    record Row(float number, String text, int label) {}

    @Provide
    Arbitrary<List<Row>> tables() {
        Arbitrary<String> texts = Arbitraries.strings()
                .withChars("ab ,;\t\"\n\r'é€")
                .ofMinLength(1)
                .ofMaxLength(6)
                .map(text -> "t" + text + "t");
        return Combinators.combine(
                        Arbitraries.integers().map(Float::intBitsToFloat).filter(Float::isFinite),
                        texts,
                        Arbitraries.integers().between(-3, 3))
                .as(Row::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(30);
    }

    @Property(tries = 200)
    void tablesComeBackAsTheyWereWritten(
            @ForAll("tables") List<Row> rows, @ForAll @IntRange(min = 0, max = 2) int style) {
        char separator = ",;\t".charAt(style);
        String end = style == 1 ? "\r\n" : "\n";
        StringBuilder table = new StringBuilder("number,text,label".replace(',', separator)).append(end);
        for (Row row : rows) {
            table.append(row.number())
                    .append(separator)
                    .append('"')
                    .append(row.text().replace("\"", "\"\""))
                    .append('"')
                    .append(separator)
                    .append(row.label())
                    .append(end);
        }
        DatasetInfo info = Fixtures.csv(
                folder,
                table.toString(),
                Fixtures.json("{}").put("separator", "" + separator).toString());

        List<String> texts =
                new ArrayList<>(new TreeSet<>(rows.stream().map(Row::text).toList()));
        List<Integer> labels =
                new ArrayList<>(new TreeSet<>(rows.stream().map(Row::label).toList()));
        assertThat(info.schema().columns().get(1).categories()).isEqualTo(texts);
        Examples read =
                Fixtures.load(folder, Fixtures.spec(null, false, "none"), true).training();
        assertThat(Fixtures.classes(read))
                .isEqualTo(rows.stream()
                        .map(row -> (long) labels.indexOf(row.label()))
                        .toList());
        assertThat(Fixtures.rows(read))
                .isEqualTo(rows.stream().map(row -> encoded(row, texts)).toList());
    }

    private static List<Float> encoded(Row row, List<String> texts) {
        List<Float> inputs = new ArrayList<>();
        inputs.add(row.number());
        texts.forEach(text -> inputs.add(text.equals(row.text()) ? 1f : 0f));
        return inputs;
    }

    @Property(tries = 100)
    void imagesComeBackAsTheyWereWritten(
            @ForAll @Size(min = 1, max = 20) List<@IntRange(min = 0, max = 255) Integer> labels,
            @ForAll @IntRange(min = 1, max = 5) int height,
            @ForAll @IntRange(min = 1, max = 5) int width,
            @ForAll boolean zipped) {
        byte[][] pictures = IntStream.range(0, labels.size())
                .mapToObj(picture -> {
                    byte[] pixels = new byte[height * width];
                    Arrays.fill(pixels, (byte) (picture * 31));
                    return pixels;
                })
                .toArray(byte[][]::new);
        byte[] images = Fixtures.images(height, width, pictures);
        byte[] names =
                Fixtures.labels(labels.stream().mapToInt(Integer::intValue).toArray());
        Fixtures.create(
                folder,
                "idx",
                "{}",
                Fixtures.file(folder, "a", zipped ? Fixtures.gzip(images) : images),
                Fixtures.file(folder, "b", zipped ? Fixtures.gzip(names) : names));

        Examples read =
                Fixtures.load(folder, Fixtures.spec(null, false, "none"), true).training();

        byte[] pixels = new byte[read.features().remaining()];
        read.features().get(0, pixels);
        assertThat(pixels).isEqualTo(Arrays.copyOfRange(images, 16, images.length));
        assertThat(Fixtures.classes(read))
                .isEqualTo(labels.stream().map(Integer::longValue).toList());
    }
}
