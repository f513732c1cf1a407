package io.signalbox.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.spec.Problem;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CifarTest {

    private static final int PIXELS = 3072;

    @TempDir
    Path folder;

    @Test
    void readsTheBatchesInTheirOrderAndTheTestBatchApart() {
        DatasetInfo info = create(
                "{}",
                file("test_batch.bin", record(7, 1)),
                file("data_batch_2.bin", record(9, 2)),
                file("data_batch_1.bin", record(0, 3), record(5, 4)),
                text("batches.meta.txt", names(10)));

        assertThat(info.rows()).isEqualTo(3);
        assertThat(info.schema().testRows()).isEqualTo(1);
        assertThat(info.schema().imageShape()).containsExactly(3, 32, 32);
        assertThat(info.schema().classes()).startsWith("class 0").hasSize(10);
        TrainingData data = Fixtures.load(folder, folder, Fixtures.spec(null, false, "none"), true);
        assertThat(Fixtures.classes(data.training())).containsExactly(0L, 5L, 9L);
        assertThat(data.training().features().get(0)).isEqualTo((byte) 3);
        assertThat(data.training().features().get(2 * PIXELS)).isEqualTo((byte) 2);
        assertThat(Fixtures.classes(data.validation())).containsExactly(7L);
    }

    @Test
    void readsFineOrCoarseLabelsOfTheHundred() {
        byte[] both = new byte[2 + PIXELS];
        both[0] = 19;
        both[1] = 99;

        assertThat(create("{}", Fixtures.file(folder, "train.bin", both)).classCounts())
                .containsEntry("99", 1L)
                .hasSize(100);
        Fixtures.empty(folder);
        assertThat(create("{\"labels\": \"coarse\"}", Fixtures.file(folder, "train.bin", both))
                        .classCounts())
                .containsEntry("19", 1L)
                .hasSize(20);
    }

    @Test
    void refusesAFileCutOffInARecord() {
        byte[] whole = record(1, 1);
        for (int length = 0; length < whole.length; length += 7) {
            Fixtures.empty(folder);
            Path file = Fixtures.file(folder, "train.bin", Arrays.copyOf(whole, length));
            assertThat(codes("{}", file)).as("cut to %d bytes", length).containsExactly("cifar.length");
        }
    }

    @Test
    void refusesLabelsThatThereAreNot() {
        assertThat(codes("{}", file("train.bin", record(10, 0)))).containsExactly("cifar.label");
    }

    @Test
    void refusesFilesOfBothKinds() {
        assertThat(codes("{}", file("a.bin", record(1, 1)), Fixtures.file(folder, "b.bin", new byte[2 + PIXELS])))
                .containsExactly("cifar.length");
    }

    @Test
    void refusesNamesThatAreTooFewOrNoText() {
        assertThat(codes("{}", file("a.bin", record(1, 1)), text("batches.meta.txt", names(9))))
                .containsExactly("cifar.names");
        Fixtures.empty(folder);
        assertThat(codes("{}", file("a.bin", record(1, 1)), Fixtures.file(folder, "batches.meta.txt", new byte[] {
                    (byte) 0xC3
                })))
                .containsExactly("cifar.names");
    }

    @Test
    void wantsSomethingToTrainOn() {
        assertThat(codes("{}", file("test_batch.bin", record(1, 1)))).containsExactly("dataset.files");
        assertThat(codes("{}", text("batches.meta.txt", names(10)))).containsExactly("dataset.files");
    }

    @Test
    void refusesOptionsThatAreNone() {
        assertThat(codes("{\"labels\": \"medium\"}", file("a.bin", record(1, 1))))
                .containsExactly("enum");
    }

    private static byte[] record(int label, int pixel) {
        byte[] record = new byte[1 + PIXELS];
        Arrays.fill(record, (byte) pixel);
        record[0] = (byte) label;
        return record;
    }

    private static String names(int count) {
        return IntStream.range(0, count).mapToObj(i -> "class " + i).collect(Collectors.joining("\n", "", "\n\n"));
    }

    private Path text(String name, String content) {
        return Fixtures.file(folder, name, content.getBytes(StandardCharsets.UTF_8));
    }

    private Path file(String name, byte[]... records) {
        byte[] all = new byte[Arrays.stream(records).mapToInt(one -> one.length).sum()];
        int at = 0;
        for (byte[] record : records) {
            System.arraycopy(record, 0, all, at, record.length);
            at += record.length;
        }
        return Fixtures.file(folder, name, all);
    }

    private DatasetInfo create(String options, Path... files) {
        return Fixtures.create(folder, "cifar", options, files);
    }

    private List<String> codes(String options, Path... files) {
        return Fixtures.refused(() -> create(options, files)).stream()
                .map(Problem::code)
                .toList();
    }
}
