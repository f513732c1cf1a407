package io.signalbox.spec;

import io.signalbox.spec.AugmentSpec.ColorJitter;
import io.signalbox.spec.AugmentSpec.GaussianNoise;
import io.signalbox.spec.AugmentSpec.Mixup;
import io.signalbox.spec.AugmentSpec.RandomCrop;
import io.signalbox.spec.AugmentSpec.SpecAugment;
import io.signalbox.spec.model.Input;
import java.util.List;

/** Whether augmentations suit the data. */
final class AugmentCheck {

    private static final String CODE = "augment.incompatible";
    private static final int IMAGE = 3;
    private static final int COLOURS = 3;

    private final Input input;
    private final Faults faults;

    private AugmentCheck(Input input, Faults faults) {
        this.input = input;
        this.faults = faults;
    }

    static void check(DataSpec data, Input input, Faults faults) {
        AugmentCheck check = new AugmentCheck(input, faults);
        List<AugmentSpec> all = data.augment() == null ? List.of() : data.augment();
        for (int i = 0; i < all.size(); i++) {
            check.one(all.get(i), "#/data/augment/" + i, i == all.size() - 1);
        }
    }

    private void one(AugmentSpec augment, String pointer, boolean last) {
        boolean anyNumbers = augment instanceof Mixup || augment instanceof GaussianNoise;
        if (input.ofTokens()) {
            faults.add(pointer, CODE, "changes numbers, the examples are tokens; leave it out");
        } else if (!anyNumbers && input.shape().size() != IMAGE) {
            faults.add(
                    pointer,
                    CODE,
                    "is for images and spectrograms, an example here is " + input.shape()
                            + "; of other data gaussian_noise and mixup can be made");
        } else if (!anyNumbers) {
            image(augment, pointer);
        }
        if (augment instanceof Mixup && !last) {
            faults.add(pointer, "augment.order", "blends examples that all else was done to: put it last, once");
        }
    }

    private void image(AugmentSpec augment, String pointer) {
        int channels = input.shape().get(0);
        int height = input.shape().get(1);
        int width = input.shape().get(2);
        if (augment instanceof RandomCrop crop && crop.padding() >= Math.min(height, width)) {
            String detail = "must be less than the sides of the images, " + height + " by " + width;
            faults.add(pointer + "/padding", "range.max", detail);
        }
        if (augment instanceof ColorJitter jitter) {
            if (channels != 1 && channels != COLOURS) {
                faults.add(pointer, CODE, "is for images of one channel or three, these have " + channels);
            } else if (channels == 1 && jitter.saturation() > 0) {
                faults.add(pointer + "/saturation", CODE, "grey images have no colours; leave it out");
            }
        }
        if (augment instanceof SpecAugment && channels != 1) {
            faults.add(pointer, CODE, "is for spectrograms, which have one channel; these have " + channels);
        }
    }
}
