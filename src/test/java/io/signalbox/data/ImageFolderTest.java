package io.signalbox.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.data.Examples.ElementType;
import io.signalbox.spec.Problem;
import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageFolderTest {

    private static final int RED = 0xFF0000;
    private static final int BLUE = 0x0000FF;
    private static final byte[] RED_PNG = Zips.picture("png", 3, 2, RED);
    private static final byte[] BLUE_PNG = Zips.picture("png", 3, 2, BLUE);

    @TempDir
    Path folder;

    private final Map<String, byte[]> entries = new LinkedHashMap<>();

    @Test
    void describesAFolderForEachClass() {
        put("cold/a.png", BLUE_PNG).put("warm/a.png", RED_PNG).put("warm/deeper/b.png", RED_PNG);

        DatasetInfo info = create("{}");

        assertThat(info.rows()).isEqualTo(3);
        assertThat(info.schema().imageShape()).containsExactly(3, 2, 3);
        assertThat(info.schema().classes()).containsExactly("cold", "warm");
        assertThat(info.classCounts()).containsExactly(Map.entry("cold", 1L), Map.entry("warm", 2L));
        assertThat(info.statistics())
                .extracting(DatasetInfo.ColumnStatistics::column)
                .containsExactly("red", "green", "blue");
        assertThat(info.preview().images()).hasSize(3);
        assertThat(info.toJson()).isEqualTo(DatasetInfo.fromJson(info.toJson()).toJson());
    }

    @Test
    void givesTheirPixelsChannelByChannelWithTheIndexOfTheClass() {
        put("cold/a.png", BLUE_PNG).put("warm/a.png", RED_PNG);
        create("{}");

        Examples training =
                Fixtures.load(folder, Fixtures.spec(null, false, "none"), true).training();

        assertThat(training.type()).isEqualTo(ElementType.UINT8);
        for (int i = 0; i < 2; i++) {
            boolean warm = Fixtures.classes(training).get(i) == 1;
            byte[] pixels = new byte[18];
            training.features().get(i * 18, pixels);
            assertThat(Arrays.copyOfRange(pixels, 0, 6)).containsOnly(warm ? 255 : 0);
            assertThat(Arrays.copyOfRange(pixels, 6, 12)).containsOnly(0);
            assertThat(Arrays.copyOfRange(pixels, 12, 18)).containsOnly(warm ? 0 : 255);
        }
    }

    @ParameterizedTest
    @CsvSource({"val", "test", "Validation"})
    void takesTopFoldersForParts(String held) {
        put("set/train/a/1.png", RED_PNG).put("set/train/b/1.png", BLUE_PNG).put("set/" + held + "/b/2.png", BLUE_PNG);

        DatasetInfo info = create("{}");

        assertThat(info.rows()).isEqualTo(2);
        assertThat(info.schema().testRows()).isEqualTo(1);
        TrainingData data = Fixtures.load(folder, folder, Fixtures.spec(null, false, "none"), true);
        assertThat(Fixtures.classes(data.validation())).containsExactly(1L);
    }

    @Test
    void passesOverWhatSystemsLeave() {
        put("__MACOSX/a/._1.png", new byte[] {1})
                .put(".DS_Store", new byte[] {1})
                .put("a/.DS_Store", new byte[] {1})
                .put("a/Thumbs.db", new byte[] {1})
                .put("a/notes.txt", new byte[] {1})
                .put("a/1.png", RED_PNG)
                .put("b/1.png", BLUE_PNG);

        assertThat(create("{}").classCounts()).containsOnlyKeys("a", "b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"png", "jpg", "gif", "bmp"})
    void readsPicturesOfEveryKind(String format) {
        put("a/1." + format, Zips.picture(format, 8, 8, RED)).put("b/1." + format, Zips.picture(format, 8, 8, BLUE));

        assertThat(create("{}").statistics().get(0).max()).isBetween(250.0, 255.0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"png", "jpg", "gif", "bmp"})
    void namesAPictureThatIsCutOffAtAnyByte(String format) {
        byte[] whole = Zips.picture(format, 9, 7, 0x123456);
        for (int length = 0; length < whole.length; length++) {
            entries.clear();
            put("a/1." + format, whole).put("b/broken." + format, Arrays.copyOf(whole, length));

            assertThat(refused("{}"))
                    .as("%s cut to %d of %d bytes", format, length, whole.length)
                    .singleElement()
                    .satisfies(problem -> {
                        assertThat(problem.code()).isEqualTo("image.unreadable");
                        assertThat(problem.detail()).contains("b/broken." + format);
                    });
        }
    }

    @Test
    void refusesAZipThatIsCutOffAtAnyByte() {
        byte[] whole = put("a/1.png", RED_PNG).put("b/1.png", BLUE_PNG).zipped();
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThat(Fixtures.refused(() -> create(cut, "{}")))
                    .as("cut to %d bytes", length)
                    .extracting(Problem::code)
                    .containsExactly("zip.damaged");
        }
    }

    @Test
    void refusesBytesThatWereChangedInside() {
        put("a/1.png", RED_PNG).put("b/1.png", BLUE_PNG);
        byte[] damaged = zipped();
        damaged[45] ^= 0x10;

        assertThat(Fixtures.refused(() -> create(damaged, "{}")))
                .extracting(Problem::code)
                .containsExactly("zip.damaged");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"../a/1.png", "/a/1.png", "a/../../1.png", "a\\1.png", "a//1.png", "a/\n.png", "a/b/../1.png"})
    void refusesNamesThatLeadElsewhere(String name) {
        put("a/1.png", RED_PNG).put(name, RED_PNG).put("b/1.png", BLUE_PNG);

        assertThat(refused("{}")).extracting(Problem::code).containsExactly("zip.name");
    }

    @Test
    void refusesANameThatIsThereTwice() {
        put("a/1.png", RED_PNG).put("a/2.png", RED_PNG).put("b/1.png", BLUE_PNG);
        String renamed = new String(zipped(), StandardCharsets.ISO_8859_1).replace("a/2.png", "a/1.png");

        assertThat(Fixtures.refused(() -> create(renamed.getBytes(StandardCharsets.ISO_8859_1), "{}")))
                .extracting(Problem::code)
                .containsExactly("zip.duplicate");
    }

    @Test
    void refusesADirectoryTooLargeToBeReadIntoMemory() {
        byte[] zip = put("a/1.png", RED_PNG).put("b/1.png", BLUE_PNG).zipped();
        ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN).putInt(zip.length - 10, Integer.MAX_VALUE);

        assertThat(Fixtures.refused(() -> create(zip, "{}")))
                .extracting(Problem::code)
                .containsExactly("zip.too-large");
    }

    @Test
    void tellsAllFaultsAtOnce() {
        put("a/1.png", new byte[50]).put("a/2.png", new byte[] {1, 2}).put("b/1.png", BLUE_PNG);

        assertThat(refused("{}")).hasSize(2).extracting(Problem::code).containsOnly("image.unreadable");
    }

    @Test
    void refusesClassesThatHoldNothing() {
        put("a/1.png", RED_PNG).put("b/", new byte[0]).put("c/1.png", RED_PNG);

        assertThat(refused("{}")).singleElement().satisfies(problem -> {
            assertThat(problem.code()).isEqualTo("zip.empty-class");
            assertThat(problem.detail()).startsWith("\"b\"");
        });
    }

    @Test
    void refusesPicturesInNoFolderAndOfOtherKinds() {
        put("1.png", RED_PNG).put("a/1.png", RED_PNG).put("b/1.webp", RED_PNG);

        assertThat(refused("{}")).extracting(Problem::code).containsExactlyInAnyOrder("zip.layout", "zip.file-type");
    }

    @Test
    void refusesATestPartWithOtherClasses() {
        put("train/a/1.png", RED_PNG).put("train/b/1.png", BLUE_PNG).put("test/c/1.png", BLUE_PNG);

        assertThat(refused("{}")).extracting(Problem::code).containsExactly("zip.class");
    }

    @Test
    void refusesAZipOfNoPictures() {
        put("readme.txt", new byte[3]);

        assertThat(refused("{}")).extracting(Problem::code).containsExactly("dataset.empty");
    }

    @Test
    void wantsASizeWherePicturesDiffer() {
        put("a/1.png", RED_PNG).put("b/1.png", Zips.picture("png", 4, 4, BLUE));

        assertThat(refused("{}"))
                .singleElement()
                .satisfies(problem -> assertThat(problem.pointer()).isEqualTo("#/options/image_size"));
        assertThat(create("{\"image_size\": [5, 6]}").schema().imageShape()).containsExactly(3, 5, 6);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"image_size\": 0}",
                "{\"image_size\": [1, 2, 3]}",
                "{\"image_size\": \"8\"}",
                "{\"color_mode\": \"cmyk\"}",
                "{\"size\": 8}"
            })
    void refusesOptionsThatAreNone(String options) {
        put("a/1.png", RED_PNG).put("b/1.png", BLUE_PNG);

        assertThat(refused(options))
                .hasSize(1)
                .allMatch(problem -> problem.pointer().startsWith("#/options/"));
    }

    @Test
    void refusesPicturesOfTooManyPixelsByTheirHeader() {
        byte[] bomb = RED_PNG.clone();
        ByteBuffer.wrap(bomb).putInt(16, 60_000).putInt(20, 60_000);
        CRC32 sum = new CRC32();
        sum.update(bomb, 12, 17);
        ByteBuffer.wrap(bomb).putInt(29, (int) sum.getValue());
        put("a/1.png", bomb).put("b/1.png", BLUE_PNG);

        assertThat(refused("{\"image_size\": 8}")).extracting(Problem::code).containsExactly("image.too-large");
    }

    @Test
    void keepsGreyAsItIs() {
        int[][] rows = {{0, 50, 100}, {128, 200, 255}};
        put("a/1.png", Zips.grey(rows)).put("b/1.png", Zips.grey(rows));

        DatasetInfo info = create("{\"color_mode\": \"grayscale\"}");

        assertThat(info.schema().imageShape()).containsExactly(1, 2, 3);
        byte[] png = Base64.getDecoder().decode(info.preview().images().get(0).png());
        assertThat(Pngs.pixels(png)).isEqualTo(rows);
    }

    @Test
    void leavesTransparencyOut() {
        BufferedImage clear = new BufferedImage(2, 2, BufferedImage.TYPE_INT_ARGB);
        clear.setRGB(1, 1, 0x40_10_20_30);
        byte[] png = Zips.written("png", clear);

        assertThat(Picture.decode("x", png, 3).pixels()).containsExactly(0, 0, 0, 16, 0, 0, 0, 32, 0, 0, 0, 48);
    }

    @Test
    void makesColourGreyByLuma() {
        put("a/1.png", RED_PNG).put("b/1.png", RED_PNG);

        assertThat(create("{\"color_mode\": \"grayscale\"}").statistics().get(0).max())
                .isEqualTo(76);
    }

    @Test
    void resizesBilinearly() {
        Picture two = new Picture(1, 1, 2, new byte[] {0, 100});

        assertThat(two.resized(1, 4).pixels()).containsExactly(0, 25, 75, 100);
        assertThat(new Picture(1, 2, 1, new byte[] {0, 100}).resized(4, 1).pixels())
                .containsExactly(0, 25, 75, 100);
    }

    @Test
    void takesInEveryPixelWhereItMakesSmaller() {
        Picture line = new Picture(1, 1, 8, new byte[] {0, 0, 0, 0, 96, 96, 96, 96});

        // Triangles of reach 4 around 2 and 6: the weights of the farther half are 1/16, 3/16 ... of all.
        assertThat(line.resized(1, 2).pixels()).containsExactly(14, 82);
    }

    @Test
    void validatesOnSomeOfEveryClass() {
        for (int i = 0; i < 40; i++) {
            put("a/" + i + ".png", RED_PNG).put("b/" + i + ".png", BLUE_PNG);
        }
        create("{}");

        TrainingData data = Fixtures.load(folder, Fixtures.spec(0.25, false, "none"), true);

        assertThat(data.training().count()).isEqualTo(60);
        assertThat(Fixtures.classes(data.validation())).hasSize(20).contains(0L, 1L);
    }

    @Test
    void splitsEachClassWhenStratified() {
        for (int i = 0; i < 8; i++) {
            put("a/" + i + ".png", RED_PNG).put("b/" + i + ".png", BLUE_PNG);
        }
        create("{}");

        TrainingData data = Fixtures.load(folder, Fixtures.spec(0.25, true, "standard"), true);

        assertThat(Fixtures.classes(data.validation())).hasSize(4);
        assertThat(Fixtures.classes(data.validation()).stream()
                        .mapToLong(Long::longValue)
                        .sum())
                .isEqualTo(2);
        assertThat(data.scale().shift()).hasSize(3);
    }

    @Test
    void hashesWhatIsTrainedOn() {
        String one = put("a/1.png", RED_PNG).put("b/1.png", BLUE_PNG).hash();
        entries.clear();
        String zippedAnew = put("b/1.png", BLUE_PNG).put("a/1.png", RED_PNG).hash();
        entries.clear();
        String otherName = put("a/1.png", RED_PNG).put("c/1.png", BLUE_PNG).hash();

        assertThat(zippedAnew).isEqualTo(one);
        assertThat(otherName).isNotEqualTo(one);
    }

    private ImageFolderTest put(String name, byte[] content) {
        entries.put(name, content);
        return this;
    }

    private byte[] zipped() {
        return Zips.zip(entries);
    }

    private String hash() {
        return create("{}").sha256();
    }

    private DatasetInfo create(String options) {
        return create(zipped(), options);
    }

    private DatasetInfo create(byte[] zip, String options) {
        Fixtures.empty(folder);
        return Fixtures.create(folder, "image_folder", options, Fixtures.file(folder, "pictures.zip", zip));
    }

    private List<Problem> refused(String options) {
        return Fixtures.refused(() -> create(options));
    }
}
