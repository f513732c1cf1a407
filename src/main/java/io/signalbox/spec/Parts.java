package io.signalbox.spec;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How many examples train and how many validate.
 *
 * @param validationDataset where validation examples come from if not from the split; the dataset itself for the test part
 *     that came with its images
 */
record Parts(int training, int validation, @Nullable String validationDataset) {

    static Parts of(DataSpec data, DatasetSchema schema, @Nullable DatasetSchema other, Faults faults) {
        if (Math.max(schema.rows(), schema.testRows()) > Integer.MAX_VALUE) {
            faults.add("#/data/dataset", "dataset.too-large", "has more than " + Integer.MAX_VALUE + " rows");
            return new Parts(1, 0, null);
        }
        int rows = (int) schema.rows();
        if (rows == 0) {
            faults.add("#/data/dataset", "dataset.empty", "has no rows");
        }
        Folds folds = data.folds();
        if (folds != null) {
            return fold(rows, folds, faults);
        }
        Double split = data.validationSplit();
        if (split != null && split > 0) {
            return split(rows, split, faults);
        }
        String name = data.validationDataset();
        if (name == null) {
            boolean testPart = split == null && schema.imageShape() != null && schema.testRows() > 0;
            return testPart ? new Parts(rows, (int) schema.testRows(), data.dataset()) : new Parts(rows, 0, null);
        }
        boolean itself = name.equals(data.dataset()) && schema.imageShape() != null && schema.testRows() > 0;
        long validation = itself ? schema.testRows() : other == null ? schema.rows() : other.rows();
        if (validation == 0) {
            faults.add("#/data/validation_dataset", "dataset.empty", "has no rows");
        }
        return new Parts(rows, (int) Math.min(validation, Integer.MAX_VALUE), name);
    }

    /** Folds are of one size, or differ by one row: the first have it more. Of groups this is about right. */
    private static Parts fold(int rows, Folds folds, Faults faults) {
        if (rows < folds.k()) {
            faults.add("#/data/folds/k", "split.empty", "is more than the " + rows + " rows; make it smaller");
            return new Parts(1, 0, null);
        }
        int validation = rows / folds.k() + (folds.fold() < rows % folds.k() ? 1 : 0);
        return new Parts(rows - validation, validation, null);
    }

    /** A text is split at a token. */
    static Parts ofText(DataSpec data, Tokenized texts, @Nullable DatasetSchema other, Faults faults) {
        double split = data.validationSplit() == null ? 0 : data.validationSplit();
        long training = texts.trained(split);
        long held = texts.size() - training;
        boolean comparable =
                other != null && other.texts() != null && other.classes().isEmpty();
        if (split == 0 && comparable) {
            held = Tokenized.of(data.settled(null, null, texts.tokens()), Objects.requireNonNull(other))
                    .size();
        }
        Parts parts = new Parts(
                (int) Math.min(texts.examples(training), Integer.MAX_VALUE),
                (int) Math.min(texts.examples(held), Integer.MAX_VALUE),
                split > 0 ? null : data.validationDataset());
        String needed = texts.length() + 1 + " tokens, which make an example,";
        if (texts.overlapsTooMuch(training) || texts.overlapsTooMuch(held)) {
            String detail = "makes more examples of " + texts.length() + " tokens than fit into memory; make it larger";
            faults.add("#/data/tokens/stride", "dataset.too-large", detail);
        }
        if (parts.training == 0) {
            String detail =
                    training + " of " + texts.size() + " tokens are left to train on; at least " + needed + " must be";
            faults.add(split > 0 ? "#/data/validation_split" : "#/data/dataset", "split.empty", detail);
        }
        if (parts.validation == 0 && held > 0) {
            String pointer = split > 0 ? "#/data/validation_split" : "#/data/validation_dataset";
            faults.add(
                    pointer,
                    "split.empty",
                    "leaves " + held + " tokens to validate on; at least " + needed + " must be");
        }
        return parts;
    }

    /** As in Keras: the first {@code floor(rows (1 - split))} rows train, the last ones validate. */
    private static Parts split(int rows, double split, Faults faults) {
        int training = (int) Math.floor(rows * (1.0 - split));
        if (training == 0 && rows > 0) {
            String detail = "leaves no row to train on of " + rows + "; make it smaller";
            faults.add("#/data/validation_split", "split.empty", detail);
        }
        return new Parts(training, rows - training, null);
    }
}
