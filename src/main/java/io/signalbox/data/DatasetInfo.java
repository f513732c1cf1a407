package io.signalbox.data;

import io.signalbox.spec.DatasetSchema;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * What is known of a dataset: found when it was uploaded, kept beside its files.
 *
 * @param format one of {@link DatasetFolder#FORMATS}
 * @param options as uploaded; what was left open is filled in, but for {@code csv}
 * @param rows training rows; of a text without labels its characters
 * @param bytes size of the files as stored
 * @param sha256 hash of the content, hex: of a CSV file's bytes; of the unpacked idx files one after the other (training
 *     images, training labels, test images, test labels)
 * @param classCounts training rows of each class of the dataset's target, in the classes' order; empty for a target that
 *     has no classes
 * @param statistics of each column, or of each channel of images
 * @param preview the first rows
 * @param files where the content is
 */
public record DatasetInfo(
        String name,
        String format,
        ObjectNode options,
        DatasetSchema schema,
        long rows,
        long bytes,
        String sha256,
        Map<String, Long> classCounts,
        List<ColumnStatistics> statistics,
        Preview preview,
        List<StoredFile> files) {

    /**
     * Figures of a column.
     *
     * @param column its name; {@code pixels} for images
     * @param min smallest value; null for a categorical column, like the other three
     * @param std standard deviation of the population (divided by the count)
     * @param missing always 0 at present: missing values are refused
     * @param distinct different values; null for numbers that are not few integers
     */
    public record ColumnStatistics(
            String column,
            @Nullable Double min,
            @Nullable Double max,
            @Nullable Double mean,
            @Nullable Double std,
            long missing,
            @Nullable Integer distinct) {}

    /**
     * The first rows, for people.
     *
     * @param columns names of the columns shown; empty for images
     * @param rows of a table, at most 10, each field cut to 200 characters; empty for images
     * @param images at most 16; empty for a table
     */
    public record Preview(List<String> columns, List<List<String>> rows, List<Image> images) {}

    /**
     * An image with its class.
     *
     * @param png the picture, base64
     */
    public record Image(String label, String png) {}

    /**
     * A file of the dataset.
     *
     * @param role {@code table}, {@code text}, {@code train_images}, {@code train_labels}, {@code test_images} or {@code test_labels}
     * @param name in the dataset's folder
     * @param bytes size as stored
     * @param sha256 hash of the unpacked content, hex
     */
    public record StoredFile(String role, String name, long bytes, String sha256) {}

    /** This as JSON in snake_case: what {@link #fromJson} takes, and what the API answers. */
    public ObjectNode toJson() {
        return DatasetJson.write(this);
    }

    /** Reads what {@link #toJson} wrote. */
    public static DatasetInfo fromJson(ObjectNode json) {
        return DatasetJson.read(json);
    }

    /**
     * The file of a role.
     *
     * @return null when there is none
     */
    @Nullable
    StoredFile file(String role) {
        return files.stream()
                .filter(file -> file.role().equals(role))
                .findFirst()
                .orElse(null);
    }
}
