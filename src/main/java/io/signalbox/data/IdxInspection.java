package io.signalbox.data;

import io.signalbox.data.DatasetInfo.ColumnStatistics;
import io.signalbox.data.DatasetInfo.Image;
import io.signalbox.data.DatasetInfo.Preview;
import io.signalbox.data.DatasetInfo.StoredFile;
import io.signalbox.spec.DatasetSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import tools.jackson.databind.node.ObjectNode;

/** Finds out what the files of an idx dataset hold, or what is wrong with them. */
final class IdxInspection {

    static final String FORMAT = "idx";
    static final String PIXELS = "pixels";

    private static final int PREVIEW = 16;

    private final IdxParts parts;
    private final MessageDigest whole = Hashes.sha256();
    private final List<StoredFile> files = new ArrayList<>();
    private final PixelHistogram pixels = new PixelHistogram(1);
    private final List<byte[]> firstImages = new ArrayList<>();
    private final List<Integer> firstLabels = new ArrayList<>();
    private final long[] labels = new long[PixelHistogram.VALUES];
    private int maxLabel;

    private IdxInspection(IdxParts parts) {
        this.parts = parts;
    }

    static DatasetInfo inspect(String name, ObjectNode options, List<Path> paths) throws IOException {
        Problems problems = new Problems();
        for (String option : options.propertyNames()) {
            problems.add("#/options/" + Problems.echo(option), "unknown-field", "idx takes no options");
        }
        problems.throwIfAny();
        return new IdxInspection(IdxParts.of(paths)).describe(name, options);
    }

    private DatasetInfo describe(String name, ObjectNode options) throws IOException {
        read("train_images", parts.training().images(), this::seeImage);
        read("train_labels", parts.training().labels(), this::seeLabel);
        IdxParts.Part test = parts.test();
        if (test != null) {
            read("test_images", test.images(), (index, image) -> {});
            read("test_labels", test.labels(), (index, label) -> checkTestLabel(index, label[0] & 0xFF));
        }
        IdxFile images = parts.training().images();
        List<String> classes =
                IntStream.rangeClosed(0, maxLabel).mapToObj(Integer::toString).toList();
        Map<String, Long> counts = new LinkedHashMap<>();
        classes.forEach(label -> counts.put(label, labels[counts.size()]));
        return new DatasetInfo(
                name,
                FORMAT,
                options,
                new DatasetSchema(
                        images.count(),
                        test == null ? 0 : test.images().count(),
                        List.of(),
                        List.of(1, images.height(), images.width()),
                        classes,
                        List.of()),
                images.count(),
                files.stream().mapToLong(StoredFile::bytes).sum(),
                Hashes.hex(whole),
                counts,
                List.of(new ColumnStatistics(
                        PIXELS, pixels.min(0), pixels.max(0), pixels.mean(0), pixels.std(0), 0, null)),
                new Preview(List.of(), List.of(), previewImages(images)),
                files);
    }

    private void read(String role, IdxFile file, IdxFile.ItemSink sink) throws IOException {
        MessageDigest own = Hashes.sha256();
        file.read(sink, List.of(own, whole));
        files.add(new StoredFile(role, file.name(), Files.size(file.path()), Hashes.hex(own)));
    }

    private void seeImage(int index, byte[] image) {
        pixels.add(image);
        if (index < PREVIEW) {
            firstImages.add(image.clone());
        }
    }

    private void seeLabel(int index, byte[] label) {
        int value = label[0] & 0xFF;
        labels[value]++;
        maxLabel = Math.max(maxLabel, value);
        if (index < PREVIEW) {
            firstLabels.add(value);
        }
    }

    private void checkTestLabel(int index, int label) {
        if (label > maxLabel) {
            throw Problems.single(
                    Problems.FILE,
                    "idx.label",
                    "test label " + label + " of item " + index + " is above the training part's greatest, "
                            + maxLabel);
        }
    }

    private List<Image> previewImages(IdxFile images) {
        List<Image> shown = new ArrayList<>();
        for (int i = 0; i < firstImages.size(); i++) {
            shown.add(new Image(
                    Integer.toString(firstLabels.get(i)),
                    Png.grey(firstImages.get(i), images.width(), images.height())));
        }
        return shown;
    }
}
