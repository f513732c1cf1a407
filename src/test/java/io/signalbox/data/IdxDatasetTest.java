package io.signalbox.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.spec.Problem;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdxDatasetTest {

    private static final byte[] TRAIN_IMAGES =
            Fixtures.images(2, 3, new byte[] {0, 1, 2, 3, 4, 5}, new byte[] {-1, 9, 9, 9, 9, 9}, new byte[6]);
    private static final byte[] TRAIN_LABELS = Fixtures.labels(2, 0, 2);
    private static final byte[] TEST_IMAGES = Fixtures.images(2, 3, new byte[] {7, 7, 7, 7, 7, 7});
    private static final byte[] TEST_LABELS = Fixtures.labels(1);

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void describesFourFilesWhateverTheirOrder(boolean zipped) {
        DatasetInfo info = create(
                file("t10k-labels-idx1-ubyte", TEST_LABELS, zipped),
                file("train-images-idx3-ubyte", TRAIN_IMAGES, zipped),
                file("t10k-images-idx3-ubyte", TEST_IMAGES, zipped),
                file("train-labels-idx1-ubyte", TRAIN_LABELS, zipped));

        assertThat(info.schema().rows()).isEqualTo(3);
        assertThat(info.schema().testRows()).isEqualTo(1);
        assertThat(info.schema().imageShape()).containsExactly(1, 2, 3);
        assertThat(info.schema().classes()).containsExactly("0", "1", "2");
        assertThat(info.classCounts()).containsExactly(Map.entry("0", 1L), Map.entry("1", 0L), Map.entry("2", 2L));
        assertThat(info.statistics().get(0).max()).isEqualTo(255);
        assertThat(info.preview().images()).hasSize(3);
        assertThat(info.toJson()).isEqualTo(DatasetInfo.fromJson(info.toJson()).toJson());
    }

    @Test
    void hashesTheUnpackedContentSoThatPackingMakesNoDifference() {
        String plain = create(file("images", TRAIN_IMAGES, false), file("labels", TRAIN_LABELS, false))
                .sha256();
        String zipped = create(file("images.gz", TRAIN_IMAGES, true), file("labels.gz", TRAIN_LABELS, true))
                .sha256();

        assertThat(zipped).isEqualTo(plain);
    }

    @Test
    void takesTheLargerPartForTrainingWhereNamesDoNotTell() {
        DatasetInfo info = create(
                file("a", TEST_IMAGES, false),
                file("b", TRAIN_IMAGES, false),
                file("c", TRAIN_LABELS, false),
                file("d", TEST_LABELS, false));

        assertThat(info.rows()).isEqualTo(3);
        assertThat(info.schema().testRows()).isEqualTo(1);
    }

    @Test
    void refusesPartsItCannotTellApart() {
        assertThat(codes(
                        file("a", TRAIN_IMAGES, false),
                        file("b", TRAIN_IMAGES, false),
                        file("c", TRAIN_LABELS, false),
                        file("d", TRAIN_LABELS, false)))
                .containsExactly("dataset.files");
    }

    @Test
    void refusesFilesThatMakeNoPair() {
        assertThat(codes(file("a", TRAIN_IMAGES, false))).containsExactly("dataset.files");
        assertThat(codes(file("a", TRAIN_IMAGES, false), file("b", TEST_IMAGES, false)))
                .containsExactly("dataset.files");
        assertThat(codes(file("a", TRAIN_IMAGES, false), file("b", TEST_LABELS, false)))
                .containsExactly("idx.count-mismatch");
    }

    @Test
    void refusesATestPartThatDoesNotFit() {
        assertThat(codes(
                        file("train-i", TRAIN_IMAGES, false),
                        file("train-l", TRAIN_LABELS, false),
                        file("test-i", Fixtures.images(3, 2, new byte[6]), false),
                        file("test-l", TEST_LABELS, false)))
                .containsExactly("idx.shape");
        assertThat(codes(
                        file("train-i", TRAIN_IMAGES, false),
                        file("train-l", TRAIN_LABELS, false),
                        file("test-i", TEST_IMAGES, false),
                        file("test-l", Fixtures.labels(9), false)))
                .containsExactly("idx.label");
    }

    @Test
    void refusesAnotherMagicNumberAndOptions() {
        byte[] floats = TRAIN_IMAGES.clone();
        floats[2] = 0x0D;

        assertThat(codes(file("a", floats, false), file("b", TRAIN_LABELS, false)))
                .containsExactly("idx.magic");
        assertThat(Fixtures.refused(() -> Fixtures.create(
                        folder,
                        "idx",
                        "{\"target\": \"x\"}",
                        file("a", TRAIN_IMAGES, false),
                        file("b", TRAIN_LABELS, false))))
                .extracting(Problem::pointer)
                .containsExactly("#/options/target");
    }

    @Test
    void refusesAnnouncementsBeyondItsBounds() {
        byte[] wide = ByteBuffer.allocate(16)
                .putInt(2051)
                .putInt(1)
                .putInt(1 << 20)
                .putInt(1 << 20)
                .array();
        byte[] many = ByteBuffer.allocate(16)
                .putInt(2051)
                .putInt(Integer.MAX_VALUE)
                .putInt(4000)
                .putInt(4000)
                .array();
        byte[] none = ByteBuffer.allocate(8).putInt(2049).putInt(0).array();

        assertThat(codes(file("a", wide, false), file("b", TRAIN_LABELS, false)))
                .containsExactly("idx.too-large");
        assertThat(codes(file("a", many, false), file("b", TRAIN_LABELS, false)))
                .containsExactly("idx.too-large");
        assertThat(codes(file("a", TRAIN_IMAGES, false), file("b", none, false)))
                .containsExactly("idx.empty");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void refusesAFileCutOffAtAnyByte(boolean zipped) {
        byte[] images = zipped ? Fixtures.gzip(TRAIN_IMAGES) : TRAIN_IMAGES;
        byte[] labels = zipped ? Fixtures.gzip(TRAIN_LABELS) : TRAIN_LABELS;
        for (int length = 0; length < images.length; length++) {
            assertThat(codes(
                            Fixtures.file(folder, "a", Arrays.copyOf(images, length)), file("b", TRAIN_LABELS, zipped)))
                    .as("images cut to %d bytes", length)
                    .hasSize(1)
                    .allMatch(code -> code.startsWith("idx."));
        }
        for (int length = 0; length < labels.length; length++) {
            assertThat(codes(
                            file("a", TRAIN_IMAGES, zipped), Fixtures.file(folder, "b", Arrays.copyOf(labels, length))))
                    .as("labels cut to %d bytes", length)
                    .hasSize(1)
                    .allMatch(code -> code.startsWith("idx."));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void refusesMoreContentThanAnnounced(boolean zipped) {
        byte[] longer = Arrays.copyOf(TRAIN_IMAGES, TRAIN_IMAGES.length + 1);

        assertThat(codes(file("a", longer, zipped), file("b", TRAIN_LABELS, zipped)))
                .containsExactly("idx.length");
    }

    @Test
    void drawsItsPreviewAsPng() {
        DatasetInfo info = create(file("a", TRAIN_IMAGES, false), file("b", TRAIN_LABELS, false));

        DatasetInfo.Image first = info.preview().images().get(0);
        byte[] png = Base64.getDecoder().decode(first.png());
        assertThat(first.label()).isEqualTo("2");
        assertThat(Pngs.pixels(png)).isEqualTo(new int[][] {{0, 1, 2}, {3, 4, 5}});
    }

    private List<String> codes(Path... files) {
        return Fixtures.refused(() -> create(files)).stream().map(Problem::code).toList();
    }

    private DatasetInfo create(Path... files) {
        return Fixtures.create(folder, "idx", "{}", files);
    }

    private Path file(String name, byte[] content, boolean zipped) {
        return Fixtures.file(folder, name, zipped ? Fixtures.gzip(content) : content);
    }
}
