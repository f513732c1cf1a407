package io.signalbox.data;

import io.signalbox.data.DatasetInfo.StoredFile;
import io.signalbox.data.TrainingData.Scale;
import io.signalbox.spec.DataSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Reads images and labels of an idx dataset into memory. */
final class ImageLoader {

    private static final float BYTE_SCALE = 1f / 255;

    private final DataSpec spec;
    private final boolean classIndices;
    private final DatasetInfo info;
    private final List<Integer> shape;

    private ImageLoader(DatasetInfo info, DataSpec spec, boolean classIndices) {
        this.info = info;
        this.spec = spec;
        this.classIndices = classIndices;
        List<Integer> declared = info.schema().imageShape();
        if (declared == null) {
            throw new IllegalArgumentException(info.name() + " holds no images");
        }
        this.shape = declared;
    }

    static TrainingData load(Path folder, @Nullable Path validationFolder, DataSpec spec, boolean classIndices)
            throws IOException {
        return new ImageLoader(DatasetFolder.read(folder), spec, classIndices).load(folder, validationFolder);
    }

    private TrainingData load(Path folder, @Nullable Path validationFolder) throws IOException {
        if (spec.target() != null || spec.features() != null) {
            throw Problems.single(
                    spec.target() != null ? "#/data/target" : "#/data/features",
                    "dataset.column",
                    "images have no columns; leave it out");
        }
        double[] labels = labels(info, folder, "train_labels");
        Partition partition = validationFolder == null ? partition(labels) : Partition.allTraining(labels.length);
        PixelHistogram seen = new PixelHistogram(shape.get(0));
        Examples[] parts = read(info, folder, "train", labels, partition, seen);
        Examples validation = validationFolder == null
                ? (partition.validation() == 0 ? null : parts[1])
                : validation(folder, validationFolder);
        Scale scale = scale(seen);
        return new TrainingData(parts[0], validation, scale, preparation(scale), info.sha256());
    }

    private Partition partition(double[] labels) {
        Double split = spec.validationSplit();
        if (split == null || split <= 0) {
            return Partition.allTraining(labels.length);
        }
        return (spec.stratify() ? Partition.stratified(labels, split) : Partition.last(labels.length, split)).checked();
    }

    /** The other dataset's training part; of this very dataset, its test part. */
    private Examples validation(Path folder, Path validationFolder) throws IOException {
        DatasetInfo other = DatasetFolder.read(validationFolder);
        if (!shape.equals(other.schema().imageShape())) {
            throw Problems.single(
                    "#/data/validation_dataset",
                    "shape.mismatch",
                    "holds examples of shape " + other.schema().imageShape() + ", those to train on are " + shape);
        }
        String part = folder.equals(validationFolder) && other.schema().testRows() > 0 ? "test" : "train";
        double[] labels = labels(other, validationFolder, part + "_labels");
        Partition all = Partition.allTraining(labels.length);
        return read(other, validationFolder, part, labels, all, new PixelHistogram(shape.get(0)))[0];
    }

    /** Training and validation examples, in this order; the second is empty where nothing is split off. */
    private Examples[] read(
            DatasetInfo from, Path folder, String part, double[] labels, Partition partition, PixelHistogram seen)
            throws IOException {
        ExamplesBuilder training = builder(partition.training());
        ExamplesBuilder validation = builder(partition.validation());
        readFile(from, folder, part + "_images", (index, image) -> {
            boolean validates = partition.validates(index);
            ExamplesBuilder examples = validates ? validation : training;
            examples.pixels(image);
            examples.target(labels[index]);
            if (!validates) {
                seen.add(image);
            }
        });
        return new Examples[] {training.build(), validation.build()};
    }

    private ExamplesBuilder builder(int count) {
        return new ExamplesBuilder(count, shape, Examples.ElementType.UINT8, classIndices, 1);
    }

    private double[] labels(DatasetInfo from, Path folder, String role) throws IOException {
        int classes = info.schema().classes().size();
        boolean test = role.startsWith("test");
        double[] labels = new double[(int) (test ? from.schema().testRows() : from.rows())];
        readFile(from, folder, role, (index, label) -> {
            labels[index] = label[0] & 0xFF;
            if (labels[index] >= classes) {
                throw Problems.single(
                        "#/data/validation_dataset",
                        "dataset.label",
                        "item " + index + " has the label " + (int) labels[index] + ", there are " + classes
                                + " classes");
            }
        });
        return labels;
    }

    private static void readFile(DatasetInfo from, Path folder, String role, IdxFile.ItemSink sink) throws IOException {
        StoredFile stored = from.file(role);
        if (stored == null) {
            throw new IOException(folder + " names no file of " + role + "; upload the dataset again");
        }
        MessageDigest digest = Hashes.sha256();
        IdxFile.open(folder.resolve(stored.name())).read(sink, List.of(digest));
        TrainingData.checkUnchanged(stored, Hashes.hex(digest));
    }

    private Scale scale(PixelHistogram seen) {
        if (spec.normalize().equals("none")) {
            return new Scale(new float[] {0}, new float[] {BYTE_SCALE});
        }
        boolean standard = spec.normalize().equals("standard");
        float[] shift = new float[seen.channels()];
        float[] factor = new float[seen.channels()];
        for (int channel = 0; channel < shift.length; channel++) {
            double low = seen.min(channel);
            double spread = standard ? seen.std(channel) : seen.max(channel) - low;
            shift[channel] = (float) (standard ? seen.mean(channel) : low);
            factor[channel] = spread > 0 ? (float) (1 / spread) : 1;
        }
        return new Scale(shift, factor);
    }

    private ObjectNode preparation(Scale scale) {
        return new ImagePreparation(
                        spec.normalize(), shape, scale, info.schema().classes())
                .toJson();
    }
}
