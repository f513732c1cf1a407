package io.signalbox.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.data.Examples.ElementType;
import io.signalbox.spec.DataSpec;
import io.signalbox.spec.DatasetSchema.Level;
import io.signalbox.spec.Problem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ArrayNode;

class TextTest {

    @TempDir
    Path folder;

    @Test
    void describesAText() {
        DatasetInfo info = create("ab\nä😀b");

        assertThat(info.rows()).isEqualTo(6);
        assertThat(info.schema().texts().levels())
                .containsEntry("character", new Level(6, 5, 6))
                .containsEntry("byte", new Level(10, 256, 10));
        assertThat(info.preview().rows()).containsExactly(List.of("ab"), List.of("ä😀b"));
        assertThat(DatasetInfo.fromJson(info.toJson())).isEqualTo(info);
    }

    @Test
    void cutsItIntoWindowsWhoseTargetIsTheNextCharacter() {
        create("abcabcab");

        Examples training = load(spec(null, "character", 3)).training();

        assertThat(training.count()).isEqualTo(2);
        assertThat(training.shape()).containsExactly(3);
        assertThat(training.type()).isEqualTo(ElementType.INT64);
        assertThat(training.targetWidth()).isEqualTo(3);
        assertThat(longs(training.features())).containsExactly(1L, 2L, 3L, 1L, 2L, 3L);
        assertThat(longs(training.target())).containsExactly(2L, 3L, 1L, 2L, 3L, 1L);
    }

    @Test
    void validatesOnItsEndAndDoesNotKnowCharactersThatOnlyThatHas() {
        create("abababababzazbzazb");

        TrainingData data = load(spec(0.45, "character", 4));

        assertThat(longs(data.training().features())).containsExactly(1L, 2L, 1L, 2L, 1L, 2L, 1L, 2L);
        assertThat(longs(data.validation().features())).containsExactly(2L, 0L, 1L, 0L, 2L, 0L, 1L, 0L);
        assertThat(longs(data.validation().target())).containsExactly(0L, 1L, 0L, 2L, 0L, 1L, 0L, 2L);
        assertThat(data.preparation().path("vocabulary")).hasToString("[\"[UNK]\",\"a\",\"b\"]");
    }

    @Test
    void takesBytesAsTheyAre() {
        create("aäb");

        assertThat(longs(load(spec(null, "byte", 2)).training().features())).containsExactly(97L, 0xC3L);
    }

    @Test
    void sharesTheMemoryOfWindowsAndTargets() {
        create("abcdefgh");

        Examples training = load(spec(null, "character", 3)).training();
        training.features().putLong(Long.BYTES, 42);

        assertThat(training.target().getLong(0)).isEqualTo(42);
    }

    @Test
    void validatesOnAnotherTextInTheSameVocabulary() {
        Path other = folder.resolve("other");
        create("abcabcab");
        Fixtures.create(other, "text", "{}", Fixtures.file(other, "text.txt", bytes("bxcb")));

        TrainingData data = Fixtures.load(folder, other, spec(null, "character", 3), true);

        assertThat(longs(data.validation().features())).containsExactly(2L, 0L, 3L);
    }

    @Test
    void refusesATextCutInsideACharacter() {
        byte[] whole = bytes("abcd😀");
        for (int cut = 1; cut < 4; cut++) {
            byte[] rest = Arrays.copyOf(whole, whole.length - cut);
            assertThat(Fixtures.refused(() -> create(rest)))
                    .extracting(Problem::code)
                    .containsExactly("text.encoding");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "ab"})
    void refusesATextTooShortForOneExample(String text) {
        assertThat(Fixtures.refused(() -> create(text)))
                .extracting(Problem::code)
                .containsExactly("dataset.empty");
    }

    @Test
    void refusesATextThatChanged() {
        create("abcdefgh");
        Fixtures.file(folder, "text.txt", bytes("abcdefgi"));

        assertThat(Fixtures.refused(() -> load(spec(null, "character", 3))))
                .extracting(Problem::code)
                .containsExactly("dataset.changed");
    }

    @Test
    void preparesTextsAsTrainingDid() {
        create("abcabcab");
        Preparation preparation =
                Preparation.of(load(spec(null, "character", 3)).preparation());
        ArrayNode inputs = DatasetJson.object().putArray("inputs").add("zzcab");

        assertThat(longs(preparation.apply(inputs, "#/inputs"))).containsExactly(3L, 1L, 2L);
        assertThat(preparation.classes()).containsExactly("[UNK]", "a", "b", "c");
        inputs.removeAll().add("ab").add(7);
        assertThat(Fixtures.refused(() -> preparation.apply(inputs, "#/inputs")))
                .extracting(Problem::pointer)
                .containsExactly("#/inputs/0", "#/inputs/1");
    }

    @Property(tries = 100)
    void windowsBeginAStrideApart(
            @ForAll @IntRange(min = 1, max = 200) int more,
            @ForAll @IntRange(min = 2, max = 9) int context,
            @ForAll @IntRange(min = 1, max = 20) int stride)
            throws IOException {
        folder = Files.createTempDirectory("text");
        String text = "abcdefghijklmnopqrstuvwxyz".repeat(10).substring(0, context + more);
        create(text);

        Examples training = load(Fixtures.spec(null, new DataSpec.Tokens("byte", context, stride, null, null)))
                .training();

        List<Long> bytes = text.chars().mapToObj(character -> (long) character).toList();
        List<Long> features = new ArrayList<>();
        List<Long> target = new ArrayList<>();
        for (int begin = 0; begin + context < bytes.size(); begin += stride) {
            features.addAll(bytes.subList(begin, begin + context));
            target.addAll(bytes.subList(begin + 1, begin + context + 1));
        }
        assertThat(longs(training.features())).isEqualTo(features);
        assertThat(longs(training.target())).isEqualTo(target);
        Fixtures.empty(folder);
        Files.delete(folder);
    }

    @Property(tries = 100)
    void everyWindowIsFollowedByTheNext(
            @ForAll @StringLength(min = 20, max = 200) String any, @ForAll @IntRange(min = 2, max = 9) int context)
            throws IOException {
        folder = Files.createTempDirectory("text");
        String text = any.replaceAll("[\\x00\\p{Cs}]", "x");
        create(text);

        Examples training = load(spec(null, "character", context)).training();

        List<Long> features = longs(training.features());
        List<Long> target = longs(training.target());
        assertThat(target.subList(0, target.size() - 1)).isEqualTo(features.subList(1, features.size()));
        assertThat(training.count()).isEqualTo((int) (text.codePoints().count() - 1) / context);
        Fixtures.empty(folder);
        Files.delete(folder);
    }

    private static DataSpec spec(Double split, String level, int context) {
        return Fixtures.spec(split, new DataSpec.Tokens(level, context, null, null, null));
    }

    private TrainingData load(DataSpec spec) {
        return Fixtures.load(folder, spec, true);
    }

    private DatasetInfo create(String text) {
        return create(bytes(text));
    }

    private DatasetInfo create(byte[] text) {
        return Fixtures.create(folder, "text", "{}", Fixtures.file(folder, "text.txt", text));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static List<Long> longs(ByteBuffer buffer) {
        List<Long> all = new ArrayList<>();
        for (int at = 0; at < buffer.limit(); at += Long.BYTES) {
            all.add(buffer.getLong(at));
        }
        return all;
    }
}
