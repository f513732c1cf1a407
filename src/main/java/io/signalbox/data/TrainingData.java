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
 *     one per feature (per channel for images); UINT8 features and spectrograms are never scaled in memory, those of tables are
 * @param preparation all that was fitted, to be kept in checkpoints: JSON of a {@link Preparation}
 * @param sha256 content hash of the dataset, hex
 */
public record TrainingData(
        Examples training, @Nullable Examples validation, Scale scale, ObjectNode preparation, String sha256) {

    /** {@code (x - shift) * factor}; both of length 1, or of length channels. Identity for tables and tokens. */
    public record Scale(float[] shift, float[] factor) {

        /** That leaves everything as it is. */
        static final Scale IDENTITY = new Scale(new float[] {0}, new float[] {1});

        /** Whether there is nothing to do. */
        public boolean isIdentity() {
            return shift.length == 1 && shift[0] == 0 && factor[0] == 1;
        }
    }

    /**
     * Reads and prepares a dataset. A table's columns become inputs in the order of {@code features} (in the file's order
     * where the spec names none): a numeric column one, a categorical one as many as its schema has categories. Images are
     * validated on the test part where {@code validation_dataset} is the dataset itself. A text is cut into windows that do
     * not overlap, each with the token after every one of its tokens as target; {@code validation_split} takes its end.
     *
     * @param folder the dataset's folder
     * @param validationFolder folder of {@code data.validation_dataset}; null where the spec names none. Without it
     *     {@code validation_split} takes the last rows, of each class with {@code stratify}; the training part is
     *     {@code floor(rows * (1 - split))} rows either way. {@code time} takes as many of the latest, {@code group} whole
     *     groups of about as many; of {@code folds} one validates
     * @param seed of the job: which groups validate is drawn from it
     * @param classIndices whether the target becomes class indices ({@code INT64}, as cross entropy wants them) or values
     *     ({@code FLOAT32}, one per target column; a categorical column of two categories becomes 0 and 1)
     * @throws BadDataException for content that does not fit the spec, or that changed since its upload
     */
    public static TrainingData load(
            Path folder, @Nullable Path validationFolder, DataSpec spec, long seed, boolean classIndices)
            throws IOException {
        return switch (DatasetFolder.read(folder).format()) {
            case CsvInspection.FORMAT -> TableLoader.load(folder, validationFolder, spec, seed, classIndices);
            case TextInspection.FORMAT -> TextLoader.load(folder, validationFolder, spec);
            case LabelledTextInspection.FORMAT ->
                LabelledTextLoader.load(folder, validationFolder, spec, seed, classIndices);
            default -> ImageLoader.load(folder, validationFolder, spec, classIndices);
        };
    }

    static void checkUnchanged(DatasetInfo.StoredFile stored, String sha256) {
        if (!sha256.equals(stored.sha256())) {
            throw Problems.single(
                    "#/data/dataset",
                    "dataset.changed",
                    "file \"" + Problems.echo(stored.name())
                            + "\" is not what was uploaded (its SHA-256 differs); upload the dataset again");
        }
    }
}
