package io.signalbox.callback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.signalbox.callback.EventReader.Point;
import io.signalbox.event.EventDetail.CallbackActed;
import io.signalbox.spec.CheckedSpec.LayerSummary;
import io.signalbox.spec.JobSpec;
import io.signalbox.spec.Problem;
import io.signalbox.spec.SpecParser;
import io.signalbox.spec.schema.Binder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
            {"histogram_freq":-1}       | #/histogram_freq
            {"profile_batch":2}         | #/profile_batch
            {"embeddings_freq":-1}      | #/embeddings_freq
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

    /** An embedding of three tokens and, within a residual layer, a bias. */
    private static final Insight NETWORK = new Insight() {
        @Override
        public JobFacts job() {
            JobSpec spec = JOB;
            return new JobFacts(
                    spec,
                    4,
                    Set.of("loss"),
                    List.of(
                            new LayerSummary("0 embedding", List.of(5, 2), 6),
                            new LayerSummary("1 residual", List.of(5, 2), 0),
                            new LayerSummary("1.layers.0 dense", List.of(5, 2), 6),
                            new LayerSummary("1.layers.1 relu", List.of(5, 2), 0),
                            new LayerSummary("2 dense", List.of(5, 3), 9)));
        }

        @Override
        public Target target() {
            return new Target(Kind.CLASS, List.of("a", "\n", " "));
        }

        @Override
        public void weights(Visitor visitor) {
            visitor.visit("0.weight", List.of(3L, 2L), FloatBuffer.wrap(new float[] {0, 1, 2, 3, 4, 5}));
            visitor.visit("2.bias", List.of(3L), FloatBuffer.wrap(new float[] {1, 1, Float.NaN}));
        }

        @Override
        public String weightPicture(String parameter) {
            return Base64.getEncoder().encodeToString(PNG);
        }
    };

    /** The first bytes of a PNG of 7 by 2 pixels. */
    private static final byte[] PNG = ByteBuffer.allocate(24)
            .put(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n', 0, 0, 0, 13, 'I', 'H', 'D', 'R'})
            .putInt(7)
            .putInt(2)
            .array();

    private static final JobSpec JOB = new SpecParser(new Callbacks())
            .parse((ObjectNode) JsonMapper.builder().build().readTree("""
            {"seed": 7, "epochs": 3, "batch_size": 16, "data": {"dataset": "iris"}, "model": {"type": "mlp", "hidden": [8]},
             "optimizer": {"type": "adam", "learning_rate": 0.25}}"""));

    private void trainWithNetwork() {
        run().withInsight(NETWORK)
                .train(List.of(new TensorBoard(
                        "tb", new TensorBoard.Params(null, null, false, 2, true, true, 0, 2), () -> NOW)));
    }

    private List<EventReader.Tensor> tensors(String series, String plugin) throws IOException {
        return EventReader.tensors(folder.resolve("tensorboard").resolve(series)).stream()
                .filter(tensor -> tensor.plugin().equals(plugin))
                .toList();
    }

    @Test
    void histogramsAreEdgesAndCounts() throws IOException {
        trainWithNetwork();

        List<EventReader.Tensor> histograms = tensors("train", "histograms");
        assertThat(histograms)
                .extracting(EventReader.Tensor::tag, EventReader.Tensor::step)
                .containsExactly(
                        tuple("0.weight/histogram", 0L),
                        tuple("2.bias/histogram", 0L),
                        tuple("0.weight/histogram", 2L),
                        tuple("2.bias/histogram", 2L));
        EventReader.Tensor first = histograms.get(0);
        assertThat(first.dtype()).as("DT_DOUBLE").isEqualTo(2);
        assertThat(first.shape()).containsExactly(30L, 3L);
        ByteBuffer rows = first.content().order(ByteOrder.LITTLE_ENDIAN);
        assertThat(rows.getDouble()).isZero();
        assertThat(rows.getDouble()).isEqualTo(5 / 30.0);
        assertThat(rows.getDouble()).isEqualTo(1);
    }

    @Test
    void picturesTellTheirSize() throws IOException {
        trainWithNetwork();

        EventReader.Tensor picture = tensors("train", "images").get(0);
        assertThat(picture.tag()).isEqualTo("0.weight/image");
        assertThat(picture.dtype()).as("DT_STRING").isEqualTo(7);
        assertThat(picture.strings())
                .extracting(text -> StandardCharsets.ISO_8859_1.decode(text).toString())
                .containsExactly("7", "2", new String(PNG, StandardCharsets.ISO_8859_1));
    }

    @Test
    void theGraphIsTheLayers() throws IOException {
        trainWithNetwork();

        assertThat(EventReader.graph(folder.resolve("tensorboard/train")))
                .containsExactly(
                        List.of("input", "Placeholder"),
                        List.of("0_embedding", "embedding", "input"),
                        List.of("1_residual", "residual", "1_residual/layers/1_relu"),
                        List.of("1_residual/layers/0_dense", "dense", "0_embedding"),
                        List.of("1_residual/layers/1_relu", "relu", "1_residual/layers/0_dense"),
                        List.of("2_dense", "dense", "1_residual"));
        assertThat(tensors("train", "text"))
                .singleElement()
                .satisfies(text -> assertThat(
                                EventReader.text(List.of(text.strings().get(0))))
                        .contains("| 0 embedding | [5, 2] | 6 |"));
    }

    @Test
    void argumentsAreThoseOfTheSpec() throws IOException {
        trainWithNetwork();

        List<EventReader.Tensor> sessions = tensors("", "hparams");
        assertThat(sessions)
                .extracting(EventReader.Tensor::tag)
                .containsExactly("_hparams_/session_start_info", "_hparams_/session_end_info");
        Map<Integer, List<Object>> start =
                EventReader.inner(EventReader.fields(sessions.get(0).pluginContent()), 3);
        Map<String, Object> told = new HashMap<>();
        for (Object entry : start.get(1)) {
            Map<Integer, List<Object>> pair = EventReader.fields((ByteBuffer) entry);
            Map<Integer, List<Object>> value = EventReader.inner(pair, 2);
            told.put(
                    EventReader.text(pair.get(1)),
                    value.containsKey(3)
                            ? EventReader.text(value.get(3))
                            : value.values().iterator().next().get(0));
        }
        assertThat(told)
                .containsEntry("optimizer.learning_rate", 0.25)
                .containsEntry("optimizer.type", "adam")
                .containsEntry("batch_size", 16.0)
                .containsEntry("data.dataset", "iris")
                .containsEntry("data.shuffle", 1L);
    }

    @Test
    void embeddingsAreForTheProjector() throws IOException {
        trainWithNetwork();

        Path files = folder.resolve("tensorboard");
        assertThat(files.resolve("projector_config.pbtxt"))
                .hasContent("embeddings {\n  tensor_name: \"0.weight\"\n  tensor_path: \"embeddings/0.weight.tsv\"\n"
                        + "  metadata_path: \"embeddings/0.weight.metadata.tsv\"\n}");
        assertThat(files.resolve("embeddings/0.weight.tsv")).hasContent("0.0\t1.0\n2.0\t3.0\n4.0\t5.0\n");
        assertThat(files.resolve("embeddings/0.weight.metadata.tsv")).hasContent("a\n\\n\n' '\n");
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
