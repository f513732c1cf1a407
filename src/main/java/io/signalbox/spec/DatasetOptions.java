package io.signalbox.spec;

import io.signalbox.spec.schema.Param;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What can be said of a dataset's files when they are uploaded; a record for each format that takes options of this kind. */
public interface DatasetOptions {

    /** Of {@code cifar}. */
    record Cifar(
            @Param(
                    value = "Which labels of CIFAR-100 are the classes; CIFAR-10 has one kind only",
                    defaultValue = "\"fine\"",
                    oneOf = {"fine", "coarse"})
            String labels)
            implements DatasetOptions {}

    /** Of {@code image_folder}. Named as in {@code keras.utils.image_dataset_from_directory}. */
    record ImageFolder(
            @Param(
                    value = "Height and width that every picture is resized to, bilinearly; one number for a square. By"
                            + " default the pictures' own size, if all have the same",
                    unit = "pixels",
                    minItems = 1,
                    maxItems = 2,
                    min = 1,
                    max = 4096,
                    orOne = true)
            @Nullable
            List<Integer> imageSize,

            @Param(
                    value = "Three channels of colour or one of brightness",
                    defaultValue = "\"rgb\"",
                    oneOf = {"rgb", "grayscale"})
            String colorMode)
            implements DatasetOptions {}

    /** Of {@code audio_folder}. Named as in {@code torchaudio.transforms.MelSpectrogram}. */
    record AudioFolder(
            @Param(
                    value = "Where a recording's class stands: its folder, or its name up to the first underscore",
                    defaultValue = "\"folder\"",
                    oneOf = {"folder", "file_name"})
            String labels,

            @Param(
                    value = "Rate that every recording is brought to, by default the lowest that one has",
                    unit = "samples a second",
                    min = 1_000,
                    max = 192_000)
            @Nullable
            Integer sampleRate,

            @Param(
                    value =
                            "Length that every recording is cut or padded to, by default that of the longest, 10 at most",
                    unit = "seconds",
                    min = 0.01,
                    max = 120)
            @Nullable
            Double seconds,

            @Param(
                    value = "Samples that a frame of the spectrogram looks at",
                    unit = "samples",
                    defaultValue = "400",
                    min = 16,
                    max = 16_384)
            int nFft,

            @Param(
                    value = "From the begin of a frame to that of the next",
                    unit = "samples",
                    defaultValue = "200",
                    min = 1,
                    max = 16_384)
            int hopLength,

            @Param(value = "Bands of frequency", defaultValue = "64", min = 1, max = 512)
            int nMels)
            implements DatasetOptions {}

    /** Of {@code labelled_text}. */
    record LabelledText(
            @Param(
                    value =
                            "Column that holds the texts; by default the one named text, or the only one beside the target",
                    maxLength = 256)
            @Nullable
            String text,

            @Param(value = "Column that holds the classes, by default the last one", maxLength = 256) @Nullable
            String target,

            @Param(
                    value = "What stands between fields",
                    defaultValue = "\",\"",
                    oneOf = {",", ";", "\t"})
            String separator)
            implements DatasetOptions {}

    /** Of formats that take none. */
    record None() implements DatasetOptions {}
}
