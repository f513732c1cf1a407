package io.signalbox.spec.model;

import io.signalbox.spec.schema.Described;
import io.signalbox.spec.schema.Param;
import java.util.ArrayList;
import java.util.List;

/** Networks for images and spectrograms, {@code [channels, height, width]}. */
public interface ImagePresets {

    /** Pictures up to this side are small: the first layers leave them as large as they are. */
    int SMALL = 64;

    /** VGG (Simonyan and Zisserman 2015) with batch norm, cut down to small images. */
    @Described("Small VGG: three blocks of two 3x3 convolutions with batch norm, and a dense layer")
    record VggSmall(
            @Param(
                    value = "Share of values dropped before each dense layer",
                    defaultValue = "0.5",
                    min = 0,
                    max = 1,
                    exclusiveMax = true)
            double dropout)
            implements ModelSpec {

        @Override
        public List<LayerSpec> layers(Input input, int outputs) {
            List<LayerSpec> layers = new ArrayList<>();
            for (int filters : List.of(32, 64, 128)) {
                convolution(layers, filters, 3, 1, 1);
                layers.add(new LayerSpec.Relu());
                convolution(layers, filters, 3, 1, 1);
                layers.add(new LayerSpec.Relu());
                layers.add(new LayerSpec.MaxPool2d(2, null, 0));
            }
            layers.add(new LayerSpec.Flatten());
            Blocks.dropout(layers, dropout);
            layers.add(new LayerSpec.Dense(256, true));
            layers.add(new LayerSpec.Relu());
            Blocks.dropout(layers, dropout);
            layers.add(new LayerSpec.Dense(outputs, true));
            return List.copyOf(layers);
        }
    }

    /** ResNet-18 (He et al. 2016), as torchvision's. */
    @Described("ResNet-18; images of 64 or less a side enter through a 3x3 convolution without pooling")
    record Resnet18() implements ModelSpec {

        @Override
        public List<LayerSpec> layers(Input input, int outputs) {
            return resnet(List.of(2, 2, 2, 2), false, input, outputs);
        }
    }

    /** ResNet-34 (He et al. 2016), as torchvision's. */
    @Described("ResNet-34; images of 64 or less a side enter through a 3x3 convolution without pooling")
    record Resnet34() implements ModelSpec {

        @Override
        public List<LayerSpec> layers(Input input, int outputs) {
            return resnet(List.of(3, 4, 6, 3), false, input, outputs);
        }
    }

    /** ResNet-50 (He et al. 2016) with the stride in the 3x3 convolution, as torchvision's. */
    @Described("ResNet-50; images of 64 or less a side enter through a 3x3 convolution without pooling")
    record Resnet50() implements ModelSpec {

        @Override
        public List<LayerSpec> layers(Input input, int outputs) {
            return resnet(List.of(3, 4, 6, 3), true, input, outputs);
        }
    }

    /** MobileNetV2 (Sandler et al. 2018), as torchvision's. */
    @Described("MobileNetV2; of images of 64 or less a side the first two strides are 1")
    record MobilenetV2(
            @Param(
                    value = "Share of values dropped before the last layer",
                    defaultValue = "0.2",
                    min = 0,
                    max = 1,
                    exclusiveMax = true)
            double dropout)
            implements ModelSpec {

        /** Expansion, channels, blocks, stride of the first, as in the paper's table 2. */
        private static final List<List<Integer>> STAGES = List.of(
                List.of(1, 16, 1, 1),
                List.of(6, 24, 2, 2),
                List.of(6, 32, 3, 2),
                List.of(6, 64, 4, 2),
                List.of(6, 96, 3, 1),
                List.of(6, 160, 3, 2),
                List.of(6, 320, 1, 1));

        @Override
        public List<LayerSpec> layers(Input input, int outputs) {
            List<LayerSpec> layers = new ArrayList<>();
            int channels = 32;
            convolution(layers, channels, 3, small(input) ? 1 : 2, 1);
            layers.add(new LayerSpec.Relu6());
            for (int stage = 0; stage < STAGES.size(); stage++) {
                List<Integer> row = STAGES.get(stage);
                for (int block = 0; block < row.get(2); block++) {
                    int stride = block > 0 || (stage == 1 && small(input)) ? 1 : row.get(3);
                    List<LayerSpec> inverted = inverted(channels, row.get(0), row.get(1), stride);
                    if (stride == 1 && channels == row.get(1)) {
                        layers.add(new LayerSpec.Residual(inverted));
                    } else {
                        layers.addAll(inverted);
                    }
                    channels = row.get(1);
                }
            }
            convolution(layers, 1280, 1, 1, 0);
            layers.add(new LayerSpec.Relu6());
            layers.add(new LayerSpec.GlobalAvgPool());
            Blocks.dropout(layers, dropout);
            layers.add(new LayerSpec.Dense(outputs, true));
            return List.copyOf(layers);
        }

        private static List<LayerSpec> inverted(int channels, int expansion, int filters, int stride) {
            List<LayerSpec> layers = new ArrayList<>();
            if (expansion > 1) {
                convolution(layers, channels * expansion, 1, 1, 0);
                layers.add(new LayerSpec.Relu6());
            }
            layers.add(new LayerSpec.DepthwiseConv2d(3, stride, 1, 1, 1, false));
            layers.add(new LayerSpec.BatchNorm());
            layers.add(new LayerSpec.Relu6());
            convolution(layers, filters, 1, 1, 0);
            return layers;
        }
    }

    /** Convolutions that halve a spectrogram until little is left, whatever its size. */
    @Described("Convolutions with batch norm and pooling for log-mel spectrograms, and a mean over time and frequency")
    record SpectrogramCnn(
            @Param(
                    value = "Channels of each block, as far as the picture can be halved",
                    defaultValue = "[16, 32, 64, 128]",
                    min = 1,
                    max = 10_000,
                    minItems = 1,
                    maxItems = 20)
            List<Integer> channels,

            @Param(
                    value = "Share of values dropped before the last layer",
                    defaultValue = "0.3",
                    min = 0,
                    max = 1,
                    exclusiveMax = true)
            double dropout)
            implements ModelSpec {

        @Override
        public List<LayerSpec> layers(Input input, int outputs) {
            List<LayerSpec> layers = new ArrayList<>();
            int side = input.shape().stream().skip(1).min(Integer::compare).orElse(1);
            for (int filters : channels) {
                convolution(layers, filters, 3, 1, 1);
                layers.add(new LayerSpec.Relu());
                if (side >= 2) {
                    layers.add(new LayerSpec.MaxPool2d(2, null, 0));
                    side /= 2;
                }
            }
            layers.add(new LayerSpec.GlobalAvgPool());
            Blocks.dropout(layers, dropout);
            layers.add(new LayerSpec.Dense(outputs, true));
            return List.copyOf(layers);
        }
    }

    private static boolean small(Input input) {
        return input.shape().stream().skip(1).allMatch(side -> side <= SMALL);
    }

    private static void convolution(List<LayerSpec> layers, int filters, int kernel, int stride, int padding) {
        layers.add(new LayerSpec.Conv2d(filters, kernel, stride, padding, false));
        layers.add(new LayerSpec.BatchNorm());
    }

    private static List<LayerSpec> resnet(List<Integer> blocks, boolean bottleneck, Input input, int outputs) {
        List<LayerSpec> layers = new ArrayList<>();
        boolean small = small(input);
        convolution(layers, 64, small ? 3 : 7, small ? 1 : 2, small ? 1 : 3);
        layers.add(new LayerSpec.Relu());
        if (!small) {
            layers.add(new LayerSpec.MaxPool2d(3, 2, 1));
        }
        int channels = 64;
        for (int stage = 0; stage < blocks.size(); stage++) {
            int width = 64 << stage;
            int filters = bottleneck ? 4 * width : width;
            for (int block = 0; block < blocks.get(stage); block++) {
                int stride = block == 0 && stage > 0 ? 2 : 1;
                layers.add(block(bottleneck, channels, width, filters, stride));
                layers.add(new LayerSpec.Relu());
                channels = filters;
            }
        }
        layers.add(new LayerSpec.GlobalAvgPool());
        layers.add(new LayerSpec.Dense(outputs, true));
        return List.copyOf(layers);
    }

    private static LayerSpec block(boolean bottleneck, int channels, int width, int filters, int stride) {
        List<LayerSpec> layers = new ArrayList<>();
        if (bottleneck) {
            convolution(layers, width, 1, 1, 0);
            layers.add(new LayerSpec.Relu());
        }
        convolution(layers, width, 3, stride, 1);
        layers.add(new LayerSpec.Relu());
        convolution(layers, filters, bottleneck ? 1 : 3, 1, bottleneck ? 0 : 1);
        List<LayerSpec> shortcut = new ArrayList<>();
        if (stride > 1 || channels != filters) {
            convolution(shortcut, filters, 1, stride, 0);
        }
        return new LayerSpec.Residual(layers, shortcut);
    }
}
