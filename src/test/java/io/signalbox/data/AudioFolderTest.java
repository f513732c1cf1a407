package io.signalbox.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.signalbox.data.Examples.ElementType;
import io.signalbox.spec.Problem;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ArrayNode;

class AudioFolderTest {

    private static final String SMALL = "{\"n_fft\": 64, \"hop_length\": 32, \"n_mels\": 8}";

    @TempDir
    Path folder;

    private final Map<String, byte[]> entries = new LinkedHashMap<>();

    @Test
    void describesAFolderForEachClass() {
        put("high/a.wav", Wavs.tone(3_000, 400)).put("low/a.wav", Wavs.tone(200, 800));

        DatasetInfo info = create(SMALL);

        assertThat(info.schema().imageShape()).containsExactly(1, 8, 26);
        assertThat(info.schema().classes()).containsExactly("high", "low");
        assertThat(info.options().path("sample_rate").asInt()).isEqualTo(Wavs.RATE);
        assertThat(info.options().path("seconds").asDouble()).isEqualTo(0.1);
        assertThat(info.preview().images()).hasSize(2);
        int[][] picture = Pngs.pixels(
                Base64.getDecoder().decode(info.preview().images().get(0).png()));
        assertThat(picture).hasDimensions(32 + 8, 26);
        assertThat(info.toJson()).isEqualTo(DatasetInfo.fromJson(info.toJson()).toJson());
    }

    @Test
    void givesDecibelsOfEachBand() {
        put("high/a.wav", Wavs.tone(3_000, 800)).put("low/a.wav", Wavs.tone(200, 800));
        create(SMALL);

        Examples training =
                Fixtures.load(folder, Fixtures.spec(null, false, "none"), true).training();

        assertThat(training.type()).isEqualTo(ElementType.FLOAT32);
        for (int i = 0; i < 2; i++) {
            boolean high = Fixtures.classes(training).get(i) == 0;
            float lowest = training.features().getFloat((i * 8 * 26 + 13) * Float.BYTES);
            float upper = training.features().getFloat(((i * 8 + 6) * 26 + 13) * Float.BYTES);
            assertThat(high ? upper - lowest : lowest - upper).isGreaterThan(20);
        }
    }

    @Test
    void takesTheClassFromTheNameWhereAsked() {
        put("7_jackson_1.wav", Wavs.tone(300, 400)).put("3_theo_1.wav", Wavs.tone(600, 400));

        assertThat(create("{\"labels\": \"file_name\"}").classCounts()).containsOnlyKeys("3", "7");
        assertThat(codes("{}")).containsOnly("zip.layout");
    }

    @Test
    void bringsAllToTheLowestRateAndTheGreatestLength() {
        put("a/1.wav", Wavs.tone(300, 400)).put("b/1.wav", Wavs.wav(1, 1, 16, 16_000, new byte[3_200]));

        DatasetInfo info = create(SMALL);

        assertThat(info.options().path("sample_rate").asInt()).isEqualTo(Wavs.RATE);
        assertThat(info.options().path("seconds").asDouble()).isEqualTo(0.1);
    }

    @Test
    void scalesAllDecibelsAlike() {
        put("a/1.wav", Wavs.tone(300, 800)).put("b/1.wav", Wavs.tone(2_000, 800));
        create(SMALL);

        TrainingData data = Fixtures.load(folder, Fixtures.spec(null, false, "minmax"), true);

        float least = Float.POSITIVE_INFINITY;
        float most = Float.NEGATIVE_INFINITY;
        for (int at = 0; at < data.training().features().limit(); at += Float.BYTES) {
            least = Math.min(least, data.training().features().getFloat(at));
            most = Math.max(most, data.training().features().getFloat(at));
        }
        assertThat(data.scale().shift()).containsExactly(least);
        assertThat((most - least) * data.scale().factor()[0]).isEqualTo(1, within(1e-5f));
    }

    @Test
    void preparesRecordingsAsTrainingDid() {
        byte[] file = Wavs.tone(300, 800);
        put("a/1.wav", file).put("b/1.wav", Wavs.tone(2_000, 800));
        create(SMALL);
        TrainingData data = Fixtures.load(folder, Fixtures.spec(null, false, "standard"), true);
        int index = Fixtures.classes(data.training()).indexOf(0L);
        ArrayNode inputs =
                DatasetJson.object().putArray("inputs").add(Base64.getEncoder().encodeToString(file));

        ByteBuffer features = Preparation.of(data.preparation()).apply(inputs, "#/inputs");

        float decibels = data.training().features().getFloat(index * 8 * 26 * Float.BYTES);
        assertThat(features.getFloat(0))
                .isEqualTo((decibels - data.scale().shift()[0]) * data.scale().factor()[0]);
        inputs.removeAll().add("%%%").addArray();
        assertThat(Fixtures.refused(() -> Preparation.of(data.preparation()).apply(inputs, "#/inputs")))
                .extracting(Problem::pointer)
                .containsExactly("#/inputs/0", "#/inputs/1");
    }

    @Test
    void namesARecordingThatIsCutOffAtAnyByte() {
        byte[] whole = Wavs.tone(300, 20);
        for (int length = 0; length < whole.length; length++) {
            entries.clear();
            put("a/1.wav", Wavs.tone(300, 200)).put("b/broken.wav", Arrays.copyOf(whole, length));

            assertThat(refused(SMALL))
                    .as("cut to %d bytes", length)
                    .singleElement()
                    .satisfies(problem -> {
                        assertThat(problem.code()).isEqualTo("audio.unreadable");
                        assertThat(problem.detail()).contains("b/broken.wav");
                    });
        }
    }

    @Test
    void refusesOtherEncodings() {
        put("a/1.wav", Wavs.wav(2, 1, 4, Wavs.RATE, new byte[100])).put("b/1.wav", Wavs.tone(300, 400));

        assertThat(codes("{}")).containsExactly("audio.encoding");
    }

    @Test
    void refusesRecordingsShorterThanAFrame() {
        put("a/1.wav", Wavs.tone(300, 100)).put("b/1.wav", Wavs.tone(300, 90));

        assertThat(codes("{}")).containsExactly("audio.too-short");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"n_fft\": 1}",
                "{\"seconds\": -1}",
                "{\"sample_rate\": 10}",
                "{\"labels\": \"where\"}",
                "{\"mels\": 3}"
            })
    void refusesOptionsThatAreNone(String options) {
        put("a/1.wav", Wavs.tone(300, 400)).put("b/1.wav", Wavs.tone(300, 400));

        assertThat(refused(options))
                .hasSize(1)
                .allMatch(problem -> problem.pointer().startsWith("#/options/"));
    }

    @Test
    void readsEveryKindOfSamples() {
        assertThat(read(1, 1, 8, (byte) 0x80, (byte) 0xFF, (byte) 0)).containsExactly(0, 127 / 128f, -1);
        assertThat(read(1, 1, 16, (byte) 0, (byte) 0x40, (byte) 0, (byte) 0x80)).containsExactly(0.5f, -1);
        assertThat(read(1, 1, 24, (byte) 0, (byte) 0, (byte) 0xC0)).containsExactly(-0.5f);
        assertThat(read(1, 1, 32, (byte) 0, (byte) 0, (byte) 0, (byte) 0x20)).containsExactly(0.25f);
        assertThat(read(3, 1, 32, (byte) 0, (byte) 0, (byte) 0, (byte) 0x3F)).containsExactly(0.5f);
        assertThat(read(1, 2, 16, (byte) 0, (byte) 0x40, (byte) 0, (byte) 0x20)).containsExactly(0.375f);
    }

    private static float[] read(int format, int channels, int bits, byte... samples) {
        return Wave.read("x", Wavs.wav(format, channels, bits, Wavs.RATE, samples))
                .samples();
    }

    private AudioFolderTest put(String name, byte[] content) {
        entries.put(name, content);
        return this;
    }

    private DatasetInfo create(String options) {
        Fixtures.empty(folder);
        return Fixtures.create(folder, "audio_folder", options, Fixtures.file(folder, "sounds.zip", Zips.zip(entries)));
    }

    private List<Problem> refused(String options) {
        return Fixtures.refused(() -> create(options));
    }

    private List<String> codes(String options) {
        return refused(options).stream().map(Problem::code).toList();
    }
}
