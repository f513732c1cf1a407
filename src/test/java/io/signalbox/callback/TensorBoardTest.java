package io.signalbox.callback;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.callback.EventReader.Point;
import io.signalbox.event.EventDetail.CallbackActed;
import io.signalbox.spec.Problem;
import io.signalbox.spec.schema.Binder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class TensorBoardTest {

    private static final Instant NOW = Instant.parse("2026-02-03T04:05:06.500Z");
    private static final List<Map<String, Double>> HISTORY = List.of(
            Map.of("loss", 0.5, "val_loss", 0.75),
            Map.of("loss", Double.NaN, "val_loss", 1e9),
            Map.of("loss", 0.25, "val_loss", Double.NEGATIVE_INFINITY));

    @TempDir
    Path folder;

    @Test
    void filesBeginAsTensorFlowsDo() throws IOException {
        run().train(List.of(tensorBoard(null)));

        byte[] bytes = Files.readAllBytes(files("train").get(0));
        assertThat(HexFormat.of().formatHex(bytes, 0, 13)).isEqualTo("1800000000000000" + "a37f4b22" + "09");
        assertThat(EventReader.checksum(ByteBuffer.wrap("123456789".getBytes(StandardCharsets.US_ASCII))))
                .as("the reader's checksum, by RFC 3720's check value")
                .isEqualTo(0xe3069283);
    }

    @Test
    void writesEpochsUnderKerasNames() throws IOException {
        run().train(List.of(tensorBoard(null)));

        assertThat(points("train"))
                .containsExactly(
                        new Point("epoch_loss", 0, 0.5f),
                        new Point("epoch_learning_rate", 0, 0.1f),
                        new Point("epoch_loss", 1, Float.NaN),
                        new Point("epoch_learning_rate", 1, 0.1f),
                        new Point("epoch_loss", 2, 0.25f),
                        new Point("epoch_learning_rate", 2, 0.1f));
        assertThat(points("validation"))
                .containsExactly(
                        new Point("evaluation_loss_vs_iterations", 4, 0.75f),
                        new Point("epoch_loss", 0, 0.75f),
                        new Point("evaluation_loss_vs_iterations", 8, 1e9f),
                        new Point("epoch_loss", 1, 1e9f),
                        new Point("evaluation_loss_vs_iterations", 12, Float.NEGATIVE_INFINITY),
                        new Point("epoch_loss", 2, Float.NEGATIVE_INFINITY));
    }

    @ParameterizedTest
    @CsvSource({"1, 12", "3, 4", "5, 2"})
    void writesEverySoManyBatches(int updateFreq, int points) throws IOException {
        run().train(List.of(tensorBoard(updateFreq)));

        List<Long> steps = points("train").stream()
                .filter(point -> point.tag().equals("batch_loss"))
                .map(Point::step)
                .toList();
        assertThat(steps).hasSize(points).allMatch(step -> step % updateFreq == 0);
    }

    @ParameterizedTest
    @CsvSource({"1", "5", "6", "7", "10", "13", "15"})
    void goingOnLeavesNoPointTwiceAndNoneOut(int killAt) throws IOException {
        run().train(List.of(tensorBoard(1)));
        List<Point> train = points("train");
        List<Point> validation = points("validation");
        ScriptedRun killed = run().killedAt(killAt);
        try {
            killed.train(List.of(tensorBoard(1)));
        } catch (ScriptedRun.Killed e) {
            // It trains a little further than the checkpoint that is gone on from, and dies while it writes.
            ScriptedRun further = run().killedAt(killAt + 1);
            try {
                further.goOn(killed, List.of(tensorBoard(1)));
            } catch (ScriptedRun.Killed again) {
                List<Path> files = files("train");
                Files.write(files.get(files.size() - 1), new byte[] {1, 2, 3}, StandardOpenOption.APPEND);
            }
        }

        run().goOn(killed, List.of(tensorBoard(1)));

        assertThat(points("train")).isEqualTo(train);
        assertThat(points("validation")).isEqualTo(validation);
    }

    @Test
    void aStartFromScratchDropsWhatAnEarlierAttemptLeft() throws IOException {
        run().train(List.of(tensorBoard(1)));
        List<Point> points = points("train");

        run().train(List.of(tensorBoard(1)));

        assertThat(points("train")).isEqualTo(points);
    }

    @Test
    void tellsHowFastStepsAreWhereAskedTo() throws IOException {
        TensorBoard.Params params = new TensorBoard.Params(null, 2, true, 0, false, false, 0, 0);

        run().train(List.of(new TensorBoard("tb", params, () -> NOW)));

        assertThat(points("train")).extracting(Point::tag).contains("batch_steps_per_second", "epoch_steps_per_second");
    }

    @Test
    void aFolderThatCannotBeWrittenIsOneWarning() throws IOException {
        Files.writeString(folder.resolve("tensorboard"), "in the way");
        ScriptedRun run = run();

        assertThat(run.train(List.of(tensorBoard(1)))).isEqualTo(3);

        assertThat(run.told(CallbackActed.class))
                .singleElement()
                .satisfies(acted -> assertThat(acted.level()).isEqualTo("warning"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"histogram_freq":1}        | #/histogram_freq
            {"write_graph":true}        | #/write_graph
            {"write_images":true}       | #/write_images
            {"profile_batch":2}         | #/profile_batch
            {"embeddings_freq":1}       | #/embeddings_freq
            {"embeddings_metadata":"x"} | #/embeddings_metadata
            {"update_freq":"step"}      | #/update_freq
            {"update_freq":0}           | #/update_freq
            """)
    void refusesWhatItDoesNotDo(String json, String pointer) {
        List<Problem> problems = new ArrayList<>();

        assertThat(bind(json, problems)).isNull();

        assertThat(problems).extracting(Problem::pointer).containsExactly(pointer);
    }

    @Test
    void batchIsAnotherWordForOne() {
        assertThat(bind("{\"update_freq\":\"batch\"}", new ArrayList<>()).updateFreq())
                .isEqualTo(1);
        assertThat(bind("{\"update_freq\":\"epoch\",\"log_dir\":\"logs\"}", new ArrayList<>())
                        .updateFreq())
                .isNull();
    }

    private static TensorBoard.Params bind(String json, List<Problem> problems) {
        ObjectNode node = (ObjectNode) JsonMapper.builder().build().readTree(json);
        return Binder.bind(node, TensorBoard.Params.class, "#", problems);
    }

    private ScriptedRun run() {
        return new ScriptedRun(0.1, HISTORY).withSteps(4).in(folder);
    }

    private static TensorBoard tensorBoard(@Nullable Integer updateFreq) {
        return new TensorBoard("tb", new TensorBoard.Params(null, updateFreq, false, 0, false, false, 0, 0), () -> NOW);
    }

    private List<Point> points(String series) throws IOException {
        return EventReader.points(folder.resolve("tensorboard").resolve(series));
    }

    private List<Path> files(String series) throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("tensorboard").resolve(series))) {
            return files.sorted().toList();
        }
    }
}
