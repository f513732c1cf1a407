package io.signalbox.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterTry;
import net.jqwik.api.lifecycle.BeforeTry;

/** Whatever is uploaded, it is taken, and then can be trained on, or refused with reasons. */
class FuzzTest {

    private Path folder = Path.of("");

    @BeforeTry
    void makeFolder() throws IOException {
        folder = Files.createTempDirectory("fuzz");
    }

    @AfterTry
    void removeFolder() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    @Provide
    Arbitrary<byte[]> almostTables() {
        return Arbitraries.of(
                        "a", "b", "1", "-2.5", "1e9", ",", ",", "\n", "\n", "\r", "\"", " ", "\0", "é", "NA", "\uFEFF")
                .list()
                .ofMaxSize(40)
                .map(parts -> ("x,y\n" + String.join("", parts)).getBytes(StandardCharsets.UTF_8));
    }

    @Property(tries = 200)
    void tablesAreTakenOrRefused(@ForAll("almostTables") byte[] content) {
        takenOrRefused(() -> Fixtures.csv(folder, content, "{}"));
    }

    @Property(tries = 200)
    void bytesAreTakenOrRefused(@ForAll byte[] content) {
        takenOrRefused(() -> Fixtures.csv(folder, content, "{}"));
        takenOrRefused(() -> Fixtures.create(
                folder,
                "idx",
                "{}",
                Fixtures.file(folder, "a", content),
                Fixtures.file(folder, "b", Fixtures.labels(1))));
    }

    @Property(tries = 150)
    void damagedImagesAreTakenOrRefused(
            @ForAll @IntRange(min = 0, max = 60) int at, @ForAll byte value, @ForAll boolean zipped) {
        byte[] images = Fixtures.images(2, 2, new byte[4], new byte[4]);
        byte[] packed = zipped ? Fixtures.gzip(images) : images;
        byte[] damaged = Arrays.copyOf(packed, packed.length);
        damaged[at % damaged.length] = value;

        takenOrRefused(() -> Fixtures.create(
                folder,
                "idx",
                "{}",
                Fixtures.file(folder, "a", damaged),
                Fixtures.file(folder, "b", Fixtures.labels(0, 1))));
    }

    private void takenOrRefused(Runnable upload) {
        if (Fixtures.refused(upload).isEmpty()) {
            boolean classes = !classesOf(folder).isEmpty();
            assertThat(Fixtures.load(folder, Fixtures.spec(null, false, "standard"), classes)
                            .training()
                            .count())
                    .isPositive();
        }
    }

    private static List<String> classesOf(Path folder) {
        try {
            return List.copyOf(DatasetFolder.read(folder).classCounts().keySet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
