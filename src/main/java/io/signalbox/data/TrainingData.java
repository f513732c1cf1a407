package io.signalbox.data;

import io.signalbox.spec.DataSpec;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a job trains on, cut and prepared as its spec says. Whatever is fitted (scales, categories) is fitted on the training
 * part.
 *
 * @param training examples of the training part, in file order
 * @param validation those of the validation part; null for none
 * @param scale how features become what the network sees: {@code (x - shift) * factor}, each one float for all elements or
 *     one per feature (per channel for images); UINT8 features are never scaled in memory, FLOAT32 ones already are
 * @param preparation all that was fitted, to be kept in checkpoints
 * @param sha256 content hash of the dataset, hex
 */
public record TrainingData(
        Examples training, @Nullable Examples validation, Scale scale, ObjectNode preparation, String sha256) {

    /** {@code (x - shift) * factor}; both of length 1, or of length channels. Identity for FLOAT32 features. */
    public record Scale(float[] shift, float[] factor) {}

    /**
     * Reads and prepares a dataset.
     *
     * @param folder the dataset's folder
     * @param validationFolder folder of {@code data.validation_dataset}; null where the spec names none
     * @param classIndices whether the target becomes class indices ({@code INT64}, as cross entropy wants them) or values
     *     ({@code FLOAT32}, one per target column; a categorical column of two categories becomes 0 and 1)
     * @throws BadDataException for content that does not fit the spec
     */
    public static TrainingData load(Path folder, @Nullable Path validationFolder, DataSpec spec, boolean classIndices)
            throws IOException {
        throw new UnsupportedOperationException();
    }
}
