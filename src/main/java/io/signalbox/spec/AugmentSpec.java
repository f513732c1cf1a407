package io.signalbox.spec;

import io.signalbox.spec.schema.Constrained;
import io.signalbox.spec.schema.Described;
import io.signalbox.spec.schema.Param;

/**
 * A change made to training examples anew in every epoch, drawn for each example. Names and defaults are those of torchvision
 * and torchaudio where these have them. On the wire {@code type} names the record in snake case.
 */
public sealed interface AugmentSpec
        permits AugmentSpec.RandomHorizontalFlip,
                AugmentSpec.RandomVerticalFlip,
                AugmentSpec.RandomCrop,
                AugmentSpec.RandomRotation,
                AugmentSpec.ColorJitter,
                AugmentSpec.Cutout,
                AugmentSpec.SpecAugment,
                AugmentSpec.GaussianNoise,
                AugmentSpec.Mixup {

    /** Its {@code type}. */
    default String wireName() {
        return Names.snakeCase(getClass().getSimpleName());
    }

    /** Left becomes right. */
    @Described("Mirror images left to right (torchvision's RandomHorizontalFlip)")
    record RandomHorizontalFlip(
            @Param(value = "Share of the images that are mirrored", defaultValue = "0.5", min = 0, max = 1)
            double p) implements AugmentSpec {}

    /** Up becomes down. */
    @Described("Mirror images top to bottom (torchvision's RandomVerticalFlip)")
    record RandomVerticalFlip(
            @Param(value = "Share of the images that are mirrored", defaultValue = "0.5", min = 0, max = 1)
            double p) implements AugmentSpec {}

    /** Moved by a few pixels. */
    @Described("Pad images and cut their own size out of them anywhere (torchvision's RandomCrop)")
    record RandomCrop(
            @Param(value = "Width of the padding on each side", defaultValue = "4", min = 1, max = 256, unit = "pixels")
            int padding,

            @Param(
                    value = "What is padded with: black, the nearest pixel of the edge, or the image mirrored at it",
                    defaultValue = "\"constant\"",
                    oneOf = {"constant", "edge", "reflect"})
            String paddingMode)
            implements AugmentSpec {}

    /** Turned about the middle. */
    @Described("Turn images about their middle, black where nothing was (torchvision's RandomRotation)")
    record RandomRotation(
            @Param(value = "Largest angle, either way", min = 0, exclusiveMin = true, max = 180, unit = "degrees")
            double degrees,

            @Param(
                    value = "How pixels are looked up",
                    defaultValue = "\"nearest\"",
                    oneOf = {"nearest", "bilinear"})
            String interpolation)
            implements AugmentSpec {}

    /** Other colours. */
    @Described("Change brightness, contrast and saturation, in this order (torchvision's ColorJitter)")
    record ColorJitter(
            @Param(
                    value = "The factor is drawn between 1 - this, at least 0, and 1 + this",
                    defaultValue = "0",
                    min = 0,
                    max = 10)
            double brightness,

            @Param(value = "Likewise: 0 makes an image all of its mean grey", defaultValue = "0", min = 0, max = 10)
            double contrast,

            @Param(
                    value = "Likewise: 0 makes an image grey; of images with three channels",
                    defaultValue = "0",
                    min = 0,
                    max = 10)
            double saturation)
            implements AugmentSpec, Constrained {

        @Override
        public void check(Rules rules) {
            if (brightness == 0 && contrast == 0 && saturation == 0) {
                rules.broken("brightness", "required", "one of brightness, contrast and saturation must be above 0");
            }
        }
    }

    /** A square hole. */
    @Described("Blank out a square that lies anywhere and may stick out (DeVries and Taylor 2017)")
    record Cutout(
            @Param(value = "Side of the square", min = 1, max = 4096, unit = "pixels")
            int size,

            @Param(value = "Share of the images that it is done to", defaultValue = "1", min = 0, max = 1)
            double p)
            implements AugmentSpec {}

    /** Bands of a spectrogram. */
    @Described("Blank out bands of frequencies and of times of a spectrogram by its mean (torchaudio's SpecAugment)")
    record SpecAugment(
            @Param(value = "Bands of times", defaultValue = "1", min = 0, max = 20)
            int nTimeMasks,

            @Param(value = "A band is narrower than this", min = 0, max = 10_000, unit = "frames")
            int timeMaskParam,

            @Param(value = "Bands of frequencies", defaultValue = "1", min = 0, max = 20)
            int nFreqMasks,

            @Param(value = "A band is narrower than this", min = 0, max = 10_000, unit = "mels")
            int freqMaskParam,

            @Param(value = "Largest share of the times in one band", defaultValue = "1", min = 0, max = 1)
            double p)
            implements AugmentSpec {}

    /** Noise. */
    @Described("Add normal noise to every number (torchvision's GaussianNoise)")
    record GaussianNoise(
            @Param(
                    value = "Its standard deviation: of features as they are scaled, of pixels from 0 to 1",
                    defaultValue = "0.1",
                    min = 0,
                    exclusiveMin = true,
                    max = 1000)
            double sigma)
            implements AugmentSpec {}

    /** Two examples in one. */
    @Described("Blend each example, and the loss of its target, with another one drawn (torchvision's MixUp)")
    record Mixup(
            @Param(
                    value = "The share is drawn from a beta distribution with both parameters this",
                    defaultValue = "1.0",
                    min = 0,
                    exclusiveMin = true,
                    max = 100)
            double alpha)
            implements AugmentSpec {}
}
