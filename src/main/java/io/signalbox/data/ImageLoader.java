package io.signalbox.data;

import io.signalbox.data.DatasetInfo.StoredFile;
import io.signalbox.data.Examples.ElementType;
import io.signalbox.data.TrainingData.Scale;
import io.signalbox.spec.DataSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Reads images and labels of an idx dataset into memory; maps those of the formats that were converted at their upload. */
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
        Examples all = examples(info, folder, ArrayDataset.TRAIN);
        Partition partition = validationFolder == null ? partition(all) : Partition.allTraining(all.count());
        Examples training = all.part(partition, false);
        Examples validation = validationFolder == null
                ? (partition.validation() == 0 ? null : all.part(partition, true))
                : validation(folder, validationFolder);
        Scale scale = scale(training);
        return new TrainingData(training, validation, scale, preparation(scale), info.sha256());
    }

    private Partition partition(Examples all) {
        return Partition.of(spec, all.count(), labels(all), 0);
    }

    private static double[] labels(Examples all) {
        double[] labels = new double[all.count()];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = all.targetType() == ElementType.INT64
                    ? all.target().getLong(i * Long.BYTES)
                    : all.target().getFloat(i * Float.BYTES);
        }
        return labels;
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
        boolean audio = info.format().equals(ArrayDataset.AUDIO);
        if (audio != other.format().equals(ArrayDataset.AUDIO)
                || (audio && !listening(other).equals(listening(info)))) {
            throw Problems.single(
                    "#/data/validation_dataset",
                    "shape.mismatch",
                    "is made of recordings in another way: sample_rate, seconds, n_fft, hop_length and n_mels must be the"
                            + " same");
        }
        boolean test = folder.equals(validationFolder) && other.schema().testRows() > 0;
        return examples(other, validationFolder, test ? ArrayDataset.TEST : ArrayDataset.TRAIN);
    }

    private static ObjectNode listening(DatasetInfo info) {
        return info.options().deepCopy().without("labels");
    }

    private Examples examples(DatasetInfo from, Path folder, String part) throws IOException {
        boolean test = part.equals(ArrayDataset.TEST);
        int count = (int) (test ? from.schema().testRows() : from.rows());
        ElementType type = ArrayDataset.type(from);
        boolean idx = from.format().equals(IdxInspection.FORMAT);
        ByteBuffer images = idx
                ? unpacked(from, folder, part + "_images", Buffers.allocate(count, elements(), type))
                : mapped(from, folder, part + "_images");
        ByteBuffer labels = idx
                ? widened(unpacked(from, folder, part + "_labels", ByteBuffer.allocate(count)))
                : mapped(from, folder, part + "_labels");
        checkLabels(labels, count);
        return new Examples(
                count,
                shape,
                type,
                images,
                classIndices ? ElementType.INT64 : ElementType.FLOAT32,
                1,
                classIndices ? labels : values(labels, count));
    }

    private int elements() {
        return shape.stream().reduce(1, Math::multiplyExact);
    }

    private void checkLabels(ByteBuffer labels, int count) {
        int classes = info.schema().classes().size();
        for (int i = 0; i < count; i++) {
            long label = labels.getLong(i * Long.BYTES);
            if (label < 0 || label >= classes) {
                throw Problems.single(
                        "#/data/validation_dataset",
                        "dataset.label",
                        "item " + i + " has the label " + label + ", there are " + classes + " classes");
            }
        }
    }

    private static ByteBuffer unpacked(DatasetInfo from, Path folder, String role, ByteBuffer into) throws IOException {
        StoredFile stored = stored(from, folder, role);
        MessageDigest digest = Hashes.sha256();
        IdxFile.open(folder.resolve(stored.name())).read((index, item) -> into.put(item), List.of(digest));
        TrainingData.checkUnchanged(stored, Hashes.hex(digest));
        return into.flip();
    }

    /** The file's pages themselves, which the system reads when they are wanted and keeps while there is room. */
    private static ByteBuffer mapped(DatasetInfo from, Path folder, String role) throws IOException {
        StoredFile stored = stored(from, folder, role);
        try (FileChannel file = FileChannel.open(folder.resolve(stored.name()))) {
            ByteBuffer content =
                    file.map(FileChannel.MapMode.READ_ONLY, 0, file.size()).order(ByteOrder.nativeOrder());
            MessageDigest digest = Hashes.sha256();
            digest.update(content.duplicate());
            TrainingData.checkUnchanged(stored, Hashes.hex(digest));
            return content;
        }
    }

    private static StoredFile stored(DatasetInfo from, Path folder, String role) throws IOException {
        StoredFile stored = from.file(role);
        if (stored == null) {
            throw new IOException(folder + " names no file of " + role + "; upload the dataset again");
        }
        return stored;
    }

    private static ByteBuffer widened(ByteBuffer bytes) {
        ByteBuffer indices = Buffers.allocate(bytes.limit(), 1, ElementType.INT64);
        while (bytes.hasRemaining()) {
            indices.putLong(bytes.get() & 0xFF);
        }
        return indices.flip();
    }

    private static ByteBuffer values(ByteBuffer indices, int count) {
        ByteBuffer values = Buffers.allocate(count, 1, ElementType.FLOAT32);
        for (int i = 0; i < count; i++) {
            values.putFloat(indices.getLong(i * Long.BYTES));
        }
        return values.flip();
    }

    private Scale scale(Examples training) {
        if (training.type() == ElementType.FLOAT32) {
            return ofDecibels(training);
        }
        if (spec.normalize().equals("none")) {
            return new Scale(new float[] {0}, new float[] {BYTE_SCALE});
        }
        boolean standard = spec.normalize().equals("standard");
        PixelHistogram seen = histogram(training);
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

    private Scale ofDecibels(Examples training) {
        if (spec.normalize().equals("none")) {
            return Scale.IDENTITY;
        }
        Moments seen = new Moments();
        for (int at = 0; at < training.features().limit(); at += Float.BYTES) {
            seen.add(training.features().getFloat(at));
        }
        Normalization fitted = Normalization.identity(1);
        fitted.fit(0, spec.normalize(), seen);
        return new Scale(new float[] {(float) fitted.shift()[0]}, new float[] {(float) fitted.factor()[0]});
    }

    private PixelHistogram histogram(Examples training) {
        PixelHistogram seen = new PixelHistogram(shape.get(0));
        byte[] image = new byte[elements()];
        for (int i = 0; i < training.count(); i++) {
            training.features().get(i * image.length, image);
            seen.add(image);
        }
        return seen;
    }

    private ObjectNode preparation(Scale scale) {
        if (info.format().equals(ArrayDataset.AUDIO)) {
            return new AudioPreparation(
                            AudioPreparation.options(info.options()),
                            scale,
                            info.schema().classes())
                    .toJson();
        }
        return new ImagePreparation(
                        spec.normalize(), shape, scale, info.schema().classes())
                .toJson();
    }
}
