package io.signalbox.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.data.Examples.ElementType;
import io.signalbox.spec.DataSpec;
import io.signalbox.spec.Folds;
import io.signalbox.spec.Problem;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingDataTest {

    private static final DataSpec PLAIN = Fixtures.spec(null, false, "none");

    @TempDir
    Path folder;

    @Test
    void encodesNumbersOnceAndCategoriesOneHot() {
        Fixtures.csv(folder, "a,colour,y\n1.5,red,no\n2,green,yes\n3,red,maybe\n");

        TrainingData data = Fixtures.load(folder, PLAIN, true);

        assertThat(data.training().shape()).containsExactly(3);
        assertThat(Fixtures.rows(data.training()))
                .containsExactly(List.of(1.5f, 0f, 1f), List.of(2f, 1f, 0f), List.of(3f, 0f, 1f));
        assertThat(Fixtures.classes(data.training())).containsExactly(1L, 2L, 0L);
        assertThat(data.validation()).isNull();
    }

    @Test
    void keepsEverythingInDirectBuffersOfNativeOrder() {
        Fixtures.csv(folder, "a,y\n1,0\n2,1\n");

        Examples training = Fixtures.load(folder, PLAIN, true).training();

        assertThat(training.features().isDirect()).isTrue();
        assertThat(training.features().order()).isEqualTo(ByteOrder.nativeOrder());
        assertThat(training.target().order()).isEqualTo(ByteOrder.nativeOrder());
        assertThat(training.features().remaining()).isEqualTo(2 * Float.BYTES);
        assertThat(training.target().remaining()).isEqualTo(2 * Long.BYTES);
    }

    @Test
    void indexesIntegerClassesInNumericOrder() {
        Fixtures.csv(folder, "a,y\n1,10\n2,-3\n3,2\n4,10.0\n");

        assertThat(Fixtures.classes(Fixtures.load(folder, PLAIN, true).training()))
                .containsExactly(2L, 0L, 1L, 2L);
    }

    @Test
    void givesTargetValuesAsFloats() {
        Fixtures.csv(folder, "a,y,z\n1,0.5,no\n2,-7,yes\n", "{\"target\": [\"z\", \"y\"]}");

        Examples training = Fixtures.load(folder, PLAIN, false).training();

        assertThat(training.targetType()).isEqualTo(ElementType.FLOAT32);
        assertThat(training.targetWidth()).isEqualTo(2);
        assertThat(Fixtures.values(training)).containsExactly(List.of(0f, 0.5f), List.of(1f, -7f));
        assertThat(Fixtures.rows(training)).containsExactly(List.of(1f), List.of(2f));
    }

    @Test
    void takesTheFeaturesInTheOrderAsked() {
        Fixtures.csv(folder, "a,b,c,y\n1,2,3,0\n");

        TrainingData data = Fixtures.load(folder, Fixtures.spec(List.of("b"), List.of("c", "a")), false);

        assertThat(Fixtures.rows(data.training())).containsExactly(List.of(3f, 1f));
        assertThat(Fixtures.values(data.training())).containsExactly(List.of(2f));
    }

    @Test
    void validatesOnTheLastRowsAsKerasDoes() {
        Fixtures.csv(folder, "a,y\n0,0\n1,0\n2,1\n3,1\n4,0\n");

        TrainingData data = Fixtures.load(folder, Fixtures.spec(0.3, false, "none"), true);

        assertThat(Fixtures.rows(data.training())).containsExactly(List.of(0f), List.of(1f), List.of(2f));
        assertThat(Fixtures.rows(data.validation())).containsExactly(List.of(3f), List.of(4f));
    }

    @Test
    void takesTheLastRowsOfEachClassWhenStratified() {
        Fixtures.csv(folder, "a,y\n0,a\n1,a\n2,a\n3,a\n4,b\n5,b\n");

        TrainingData data = Fixtures.load(folder, Fixtures.spec(0.5, true, "none"), true);

        assertThat(Fixtures.rows(data.training())).containsExactly(List.of(0f), List.of(1f), List.of(4f));
        assertThat(Fixtures.rows(data.validation())).containsExactly(List.of(2f), List.of(3f), List.of(5f));
    }

    @Test
    void cutsByAColumnThatIsNoFeatureThen() {
        Fixtures.csv(folder, "a,day,y\n1,2020-03-01,0\n2,2019-12-31,1\n3,2020-01-01,0\n");
        DataSpec latest =
                new DataSpec("fixture", null, null, 0.3, null, false, true, "none", null, "day", null, null, null);
        DataSpec grouped =
                new DataSpec("fixture", null, null, 0.3, null, false, true, "none", "day", null, null, null, null);

        TrainingData data = Fixtures.load(folder, latest, true);

        assertThat(Fixtures.rows(data.training())).containsExactly(List.of(2f), List.of(3f));
        assertThat(Fixtures.rows(data.validation())).containsExactly(List.of(1f));
        assertThat(Fixtures.load(folder, grouped, true).validation().count()).isEqualTo(1);
    }

    @Test
    void validatesImagesOnOneFold() {
        images();
        DataSpec folds = new DataSpec(
                "fixture", null, null, null, null, true, true, "none", null, null, new Folds(2, 1), null, null);

        TrainingData data = Fixtures.load(folder, folds, true);

        assertThat(Fixtures.classes(data.training())).containsExactlyInAnyOrder(0L, 1L);
        assertThat(Fixtures.classes(data.validation())).containsExactlyInAnyOrder(0L, 1L);
    }

    @Test
    void fitsScalesOnTheTrainingPartOnly() {
        Fixtures.csv(folder, "a,k,c,y\n1,5,x,0\n3,5,z,0\n100,6,x,0\n");

        TrainingData standard = Fixtures.load(folder, Fixtures.spec(0.4, false, "standard"), false);
        TrainingData minmax = Fixtures.load(folder, Fixtures.spec(0.4, false, "minmax"), false);

        assertThat(standard.training().count()).isEqualTo(1);
        assertThat(Fixtures.rows(standard.training())).containsExactly(List.of(0f, 0f, 1f, 0f));
        assertThat(Fixtures.rows(minmax.validation()))
                .containsExactly(List.of(2f, 0f, 0f, 1f), List.of(99f, 1f, 1f, 0f));
    }

    @Test
    void scalesAsScikitLearnDoes() {
        Fixtures.csv(folder, "a,y\n1,0\n3,0\n", "{}");

        assertThat(Fixtures.rows(Fixtures.load(folder, Fixtures.spec(null, false, "standard"), false)
                        .training()))
                .containsExactly(List.of(-1f), List.of(1f));
        assertThat(Fixtures.rows(Fixtures.load(folder, Fixtures.spec(null, false, "minmax"), false)
                        .training()))
                .containsExactly(List.of(0f), List.of(1f));
    }

    @Test
    void standardisesLargeNumbersWithoutLosingTheirDifferences() {
        Fixtures.csv(folder, "a,y\n1700000000001,0\n1700000000003,0\n");

        assertThat(Fixtures.rows(Fixtures.load(folder, Fixtures.spec(null, false, "standard"), false)
                        .training()))
                .containsExactly(List.of(-1f), List.of(1f));
    }

    @Test
    void keepsWhatItFittedInThePreparation() {
        Fixtures.csv(folder, "a,c,y\n1,x,no\n3,z,yes\n");

        assertThat(Fixtures.load(folder, Fixtures.spec(null, false, "minmax"), true)
                        .preparation())
                .isEqualTo(Fixtures.json("{\"kind\": \"table\", \"normalize\": \"minmax\", \"features\": ["
                        + "{\"column\": \"a\", \"type\": \"numeric\", \"shift\": 1.0, \"factor\": 0.5},"
                        + "{\"column\": \"c\", \"type\": \"categorical\", \"categories\": [\"x\", \"z\"]}],"
                        + "\"target\": [{\"column\": \"y\", \"type\": \"categorical\", \"categories\": [\"no\", \"yes\"]}],"
                        + "\"classes\": [\"no\", \"yes\"]}"));
    }

    @Test
    void validatesOnAnotherDatasetWithTheScalesAndClassesOfTheFirst() {
        Path other = folder.resolve("other");
        Fixtures.csv(folder.resolve("one"), "a,c,y\n0,x,no\n2,z,yes\n4,x,no\n");
        Fixtures.csv(other, "y,c,a,extra\nyes,x,2,1\nyes,w,4,1\n");

        TrainingData data = Fixtures.load(folder.resolve("one"), other, Fixtures.spec(null, false, "minmax"), true);

        assertThat(Fixtures.rows(data.validation())).containsExactly(List.of(0.5f, 1f, 0f), List.of(1f, 0f, 0f));
        assertThat(Fixtures.classes(data.validation())).containsExactly(1L, 1L);
    }

    @Test
    void refusesAnotherDatasetThatDoesNotFit() {
        Path one = folder.resolve("one");
        Path other = folder.resolve("other");
        Fixtures.csv(one, "a,y\n1,no\n2,yes\n");

        Fixtures.csv(other, "b,y\n1,no\n2,yes\n");
        assertThat(Fixtures.refused(() -> Fixtures.load(one, other, PLAIN, true)))
                .extracting(Problem::code)
                .containsExactly("dataset.column");
        Fixtures.csv(other, "a,y\n1,no\nx,perhaps\n");
        assertThat(Fixtures.refused(() -> Fixtures.load(one, other, PLAIN, true)))
                .extracting(Problem::detail)
                .satisfiesExactly(
                        number -> assertThat(number).startsWith("line 3, column \"a\": \"x\" is no number"),
                        label -> assertThat(label)
                                .startsWith("line 3, column \"y\": \"perhaps\" is none of the classes"));
    }

    @Test
    void refusesTargetsThatDoNotSuit() {
        Fixtures.csv(folder, "a,b,y\n1.5,x,no\n2.5,y,yes\n3.5,z,no\n");

        assertThat(Fixtures.refused(() -> Fixtures.load(folder, Fixtures.spec(List.of("a"), null), true)))
                .extracting(Problem::code)
                .containsExactly("target.classes");
        assertThat(Fixtures.refused(() -> Fixtures.load(folder, Fixtures.spec(List.of("b"), null), false)))
                .extracting(Problem::code)
                .containsExactly("target.values");
        assertThat(Fixtures.refused(() -> Fixtures.load(folder, Fixtures.spec(List.of("q"), List.of("a")), false)))
                .extracting(Problem::pointer)
                .contains("#/data/target");
        assertThat(Fixtures.refused(() -> Fixtures.load(folder, Fixtures.spec(0.9, false, "none"), true)))
                .extracting(Problem::code)
                .containsExactly("split.empty");
    }

    @Test
    void refusesContentThatChangedSinceItsUpload() {
        Fixtures.csv(folder, "a,y\n1,0\n2,1\n");
        Fixtures.file(folder, "table.csv", "a,y\n1,0\n2,0\n".getBytes(StandardCharsets.UTF_8));

        assertThat(Fixtures.refused(() -> Fixtures.load(folder, PLAIN, true)))
                .extracting(Problem::code)
                .containsExactly("dataset.changed");
    }

    @Test
    void keepsImagesAsBytesAndScalesThemOnTheWay() {
        images();

        TrainingData data = Fixtures.load(folder, Fixtures.spec(0.25, false, "none"), true);

        assertThat(data.training().type()).isEqualTo(ElementType.UINT8);
        assertThat(data.training().shape()).containsExactly(1, 1, 2);
        assertThat(pixels(data.training())).containsExactly(0, 10, 20, 30, 40, 50);
        assertThat(pixels(data.validation())).containsExactly(250, 251);
        assertThat(Fixtures.classes(data.training())).containsExactly(0L, 1L, 1L);
        assertThat(data.scale().factor()).containsExactly(1f / 255);
    }

    @Test
    void standardisesImagesByTheTrainingPart() {
        images();

        TrainingData.Scale scale = Fixtures.load(folder, Fixtures.spec(0.25, false, "standard"), true)
                .scale();

        assertThat(scale.shift()).containsExactly(25f);
        assertThat(scale.factor()).containsExactly((float) (1 / Math.sqrt(1750.0 / 6)));
    }

    @Test
    void stratifiesImagesByTheirLabels() {
        images();

        TrainingData data = Fixtures.load(folder, Fixtures.spec(0.5, true, "none"), true);

        assertThat(Fixtures.classes(data.training())).containsExactly(0L, 1L);
        assertThat(pixels(data.validation())).containsExactly(40, 50, 250, 251);
    }

    @Test
    void validatesImagesOnTheirOwnTestPartWhereTheDatasetNamesItself() {
        images();

        Examples validation = Fixtures.load(folder, folder, PLAIN, true).validation();

        assertThat(pixels(validation)).containsExactly(1, 2);
        assertThat(Fixtures.classes(validation)).containsExactly(1L);
    }

    private void images() {
        Fixtures.create(
                folder,
                "idx",
                "{}",
                Fixtures.file(
                        folder,
                        "train-images",
                        Fixtures.images(1, 2, new byte[] {0, 10}, new byte[] {20, 30}, new byte[] {40, 50}, new byte[] {
                            (byte) 250, (byte) 251
                        })),
                Fixtures.file(folder, "train-labels", Fixtures.labels(0, 1, 1, 0)),
                Fixtures.file(folder, "test-images", Fixtures.images(1, 2, new byte[] {1, 2})),
                Fixtures.file(folder, "test-labels", Fixtures.labels(1)));
    }

    private static List<Integer> pixels(Examples examples) {
        List<Integer> all = new ArrayList<>();
        for (int i = 0; i < examples.features().remaining(); i++) {
            all.add(examples.features().get(i) & 0xFF);
        }
        return all;
    }
}
