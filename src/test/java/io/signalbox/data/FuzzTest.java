package io.signalbox.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.spec.DataSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
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

    @Property(tries = 60)
    void damagedZipsAreTakenOrRefused(@ForAll @IntRange(min = 0, max = 5_000) int at, @ForAll byte value) {
        byte[] zip = Zips.zip(
                Map.of("a/1.png", Zips.picture("png", 4, 4, 0xFF), "b/2.jpg", Zips.picture("jpg", 4, 4, 0xFF00)));
        zip[at % zip.length] = value;

        takenOrRefused(() -> Fixtures.create(folder, "image_folder", "{}", Fixtures.file(folder, "a", zip)));
    }

    @Property(tries = 60)
    void damagedRecordingsAreTakenOrRefused(@ForAll @IntRange(min = 0, max = 70) int at, @ForAll byte value) {
        byte[] wav = Wavs.tone(300, 60);
        wav[at] = value;
        byte[] zip = Zips.zip(Map.of("a/1.wav", Wavs.tone(300, 90), "b/2.wav", wav));

        takenOrRefused(() -> Fixtures.create(
                folder,
                "audio_folder",
                "{\"n_fft\": 32, \"hop_length\": 16, \"n_mels\": 4}",
                Fixtures.file(folder, "a", zip)));
    }

    @Property(tries = 100)
    void textsAreTakenOrRefused(@ForAll byte[] content) {
        Runnable upload = () -> Fixtures.create(folder, "text", "{}", Fixtures.file(folder, "a", content));

        if (Fixtures.refused(upload).isEmpty()) {
            DataSpec pairs = Fixtures.spec(null, new DataSpec.Tokens(null, 2, null, null, null));
            assertThat(Fixtures.load(folder, pairs, true).training().count()).isPositive();
        }
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
