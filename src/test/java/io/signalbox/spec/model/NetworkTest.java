package io.signalbox.spec.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NetworkTest {

    private static final List<Integer> MNIST = List.of(1, 28, 28);
    private static final Input IMAGES = Input.numbers(MNIST);

    /** {@code torch.nn.Conv2d} and {@code MaxPool2d} on a side, by the formula in their documentation. */
    @ParameterizedTest(name = "side {0}, kernel {1}, stride {2}, padding {3} gives {4}")
    @CsvSource({
        "28, 5, 1, 0, 24",
        "28, 5, 1, 2, 28",
        "28, 3, 2, 1, 14",
        "7,  3, 2, 0, 3",
        "8,  3, 2, 0, 3",
        "5,  2, 2, 0, 2",
        "3,  3, 1, 0, 1",
        "2,  3, 5, 1, 1",
        "224, 7, 2, 3, 112",
        "1,  1, 9, 0, 1",
    })
    void followsPyTorchsWindowArithmetic(int side, int kernel, int stride, int padding, int expected) {
        List<Integer> input = List.of(3, side, side);
        LayerSpec conv = new LayerSpec.Conv2d(4, kernel, stride, padding, true);
        assertThat(conv.output(input)).containsExactly(4, expected, expected);
        LayerSpec pool = new LayerSpec.AvgPool2d(kernel, stride, Math.min(padding, kernel / 2));
        if (padding <= kernel / 2) {
            assertThat(pool.output(input)).containsExactly(3, expected, expected);
        }
    }

    @Test
    void keepsHeightAndWidthApart() {
        assertThat(new LayerSpec.MaxPool2d(2, null, 0).output(List.of(3, 9, 4))).containsExactly(3, 4, 2);
    }

    @Test
    void countsWhatPyTorchCounts() {
        assertThat(new LayerSpec.Conv2d(32, 5, 1, 0, true).parameters(MNIST)).isEqualTo(832);
        assertThat(new LayerSpec.Conv2d(32, 5, 1, 0, false).parameters(List.of(3, 8, 8)))
                .isEqualTo(2400);
        assertThat(new LayerSpec.Dense(10, true).parameters(List.of(784))).isEqualTo(7850);
        assertThat(new LayerSpec.Dense(10, false).parameters(List.of(784))).isEqualTo(7840);
        LayerSpec norm = new LayerSpec.BatchNorm(1e-5, 0.1);
        assertThat(norm.parameters(List.of(16, 5, 5))).isEqualTo(32);
        assertThat(norm.buffers(List.of(16, 5, 5))).isEqualTo(33);
        assertThat(new LayerSpec.Dropout(0.5).parameters(List.of(16))).isZero();
    }

    @Test
    void expandsLenetToItsSixtyOneThousandParameters() {
        Network network = Network.of(new ModelSpec.Lenet().layers(IMAGES, 10), IMAGES);
        assertThat(network.parameters()).isEqualTo(61_706);
        assertThat(network.steps())
                .extracting(Network.Step::name)
                .containsExactly(
                        "0 conv2d",
                        "1 relu",
                        "2 max_pool2d",
                        "3 conv2d",
                        "4 relu",
                        "5 max_pool2d",
                        "6 flatten",
                        "7 dense",
                        "8 relu",
                        "9 dense",
                        "10 relu",
                        "11 dense");
        assertThat(network.steps().get(6).output()).containsExactly(400);
        assertThat(network.output()).containsExactly(10);
    }

    @Test
    void flattensImagesInFrontOfAPerceptron() {
        ModelSpec mlp = new ModelSpec.Mlp(List.of(8, 4), "gelu", 0.2);
        assertThat(names(mlp.layers(IMAGES, 3))).isEqualTo("Flatten Dense Gelu Dropout Dense Gelu Dropout Dense");
        assertThat(names(new ModelSpec.Mlp(List.of(8), "leaky_relu", 0).layers(Input.numbers(5), 3)))
                .isEqualTo("Dense LeakyRelu Dense");
        assertThat(Network.of(mlp.layers(IMAGES, 3), IMAGES).output()).containsExactly(3);
    }

    private static String names(List<LayerSpec> layers) {
        return layers.stream().map(layer -> layer.getClass().getSimpleName()).collect(Collectors.joining(" "));
    }

    @Test
    void namesTheLayerThatDoesNotFitAndWhatCameIn() {
        ShapeException misfit = misfit(
                MNIST, new LayerSpec.Conv2d(8, 3, 1, 0, true), new LayerSpec.Relu(), new LayerSpec.Dense(10, true));
        assertThat(misfit.pointer()).isEqualTo("2");
        assertThat(misfit.code()).isEqualTo("shape.mismatch");
        assertThat(misfit.detail())
                .isEqualTo(
                        "layer 2 (dense) expects [features], but [8, 26, 26] comes in; add a flatten layer before it");
    }

    @Test
    void refusesAConvolutionOfATable() {
        ShapeException misfit = misfit(List.of(12), new LayerSpec.Conv2d(8, 3, 1, 0, true));
        assertThat(misfit.code()).isEqualTo("shape.mismatch");
        assertThat(misfit.detail()).contains("[channels, height, width]", "[12]");
        assertThat(misfit(List.of(12), new LayerSpec.AvgPool2d(2, null, 0)).code())
                .isEqualTo("shape.mismatch");
    }

    @Test
    void refusesAKernelLargerThanTheImage() {
        ShapeException misfit = misfit(List.of(1, 4, 28), new LayerSpec.Conv2d(8, 7, 1, 1, true));
        assertThat(misfit.code()).isEqualTo("shape.invalid");
        assertThat(misfit.detail()).contains("kernel of 7", "6 (padding included)", "[1, 4, 28]");
    }

    @Test
    void refusesWhatNoMemoryHoldsWithoutOverflow() {
        assertThat(misfit(List.of(4), new LayerSpec.Dense(1_000_000, true), new LayerSpec.Dense(1_000_000, true))
                        .code())
                .isEqualTo("model.too-large");
        LayerSpec huge = new LayerSpec.Conv2d(100_000, 1000, 1, 1000, false);
        assertThat(misfit(List.of(1, 28, 28), huge, huge).code()).isEqualTo("model.too-large");
        LayerSpec wide = new LayerSpec.Conv2d(1, 1, 1, 1000, false);
        LayerSpec[] growing = Stream.generate(() -> wide).limit(1000).toArray(LayerSpec[]::new);
        assertThat(misfit(MNIST, growing).code()).isEqualTo("model.too-large");
        assertThat(Shapes.elements(List.of(Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE)))
                .isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void takesAThousandLayers() {
        List<LayerSpec> layers = IntStream.range(0, 1000)
                .<LayerSpec>mapToObj(i -> new LayerSpec.Tanh())
                .toList();
        assertThat(Network.of(layers, IMAGES).output()).isEqualTo(MNIST);
    }

    private static ShapeException misfit(List<Integer> input, LayerSpec... layers) {
        ShapeException misfit =
                catchThrowableOfType(ShapeException.class, () -> Network.of(List.of(layers), Input.numbers(input)));
        assertThat(misfit).isNotNull();
        return misfit;
    }
}
