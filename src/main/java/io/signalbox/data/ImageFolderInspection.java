package io.signalbox.data;

import io.signalbox.data.ClassFolders.Item;
import io.signalbox.data.Examples.ElementType;
import io.signalbox.data.Picture.Size;
import io.signalbox.spec.DatasetOptions;
import io.signalbox.spec.Problem;
import io.signalbox.spec.schema.Binder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Decodes the pictures of a zip with a folder for each class, all to one size. */
final class ImageFolderInspection {

    static final String FORMAT = "image_folder";

    private static final ClassFolders.Kind PICTURES = new ClassFolders.Kind(
            "pictures",
            Set.of("png", "jpg", "jpeg", "gif", "bmp"),
            Set.of("webp", "tif", "tiff", "heic", "avif", "svg", "ppm", "pgm"),
            false);
    private static final String SIZE = "#/options/image_size";

    private final ClassFolders folders;
    private final int channels;
    private final Problems problems = new Problems();

    private ImageFolderInspection(ClassFolders folders, int channels) {
        this.folders = folders;
        this.channels = channels;
    }

    static DatasetInfo inspect(Path folder, String name, ObjectNode options, List<Path> files) throws IOException {
        List<Problem> problems = new ArrayList<>();
        DatasetOptions.ImageFolder asked =
                Binder.bind(options, DatasetOptions.ImageFolder.class, "#/options", problems);
        if (files.size() != 1) {
            problems.add(new Problem(
                    Problems.FILE, "dataset.files", "image_folder takes one zip, got " + files.size() + " files"));
        }
        if (asked == null || !problems.isEmpty()) {
            throw new BadDataException(problems);
        }
        DatasetInfo info;
        try (ClassFolders folders = ClassFolders.open(files.get(0), PICTURES)) {
            int channels = asked.colorMode().equals("rgb") ? 3 : 1;
            info = new ImageFolderInspection(folders, channels).convert(folder, name, asked);
        }
        Files.delete(files.get(0));
        return info;
    }

    private DatasetInfo convert(Path folder, String name, DatasetOptions.ImageFolder asked) throws IOException {
        Size size = size(asked.imageSize());
        List<Integer> shape = List.of(channels, size.height(), size.width());
        for (List<Item> items : List.of(folders.training(), folders.test())) {
            ArrayDataset.checkSize(items.size(), shape, ElementType.UINT8, SIZE, "choose a smaller image_size");
        }
        ArrayDataset dataset = new ArrayDataset(folder, shape, ElementType.UINT8, folders.classes());
        write(dataset, ArrayDataset.TRAIN, folders.training(), size);
        if (!folders.test().isEmpty()) {
            write(dataset, ArrayDataset.TEST, folders.test(), size);
        }
        DatasetOptions.ImageFolder used =
                new DatasetOptions.ImageFolder(List.of(size.height(), size.width()), asked.colorMode());
        return dataset.describe(name, FORMAT, Binder.toJson(used));
    }

    private void write(ArrayDataset dataset, String part, List<Item> items, Size size) throws IOException {
        dataset.write(
                part,
                folders.labels(items),
                sink -> each(items, (index, item) -> {
                    Picture picture = Picture.decode(item.name(), folders.read(item), channels);
                    sink.put(
                            index,
                            ByteBuffer.wrap(
                                    picture.resized(size.height(), size.width()).pixels()));
                }),
                (index, example) -> Png.of(example.array(), channels, size.height(), size.width()));
    }

    /** The size asked for, or the one that all pictures have. */
    private Size size(@Nullable List<Integer> asked) throws IOException {
        if (asked != null) {
            return new Size(asked.get(0), asked.get(asked.size() - 1));
        }
        List<Item> all = new ArrayList<>(folders.training());
        all.addAll(folders.test());
        Size[] sizes = new Size[all.size()];
        each(all, (index, item) -> sizes[index] = Picture.size(item.name(), folders.read(item)));
        for (int i = 1; i < sizes.length; i++) {
            if (!sizes[i].equals(sizes[0])) {
                throw Problems.single(
                        SIZE,
                        "image.sizes",
                        "the pictures have different sizes (" + shown(all.get(0), sizes[0]) + ", "
                                + shown(all.get(i), sizes[i])
                                + "): name the height and width that they are resized to, such as [64, 64]");
            }
        }
        return sizes[0];
    }

    private static String shown(Item item, Size size) {
        return ClassFolders.told(item.name(), "is " + size.height() + " high and " + size.width() + " wide");
    }

    /** What is done with a file. */
    private interface Step {
        void run(int index, Item item) throws IOException;
    }

    /** All faults are told at once. */
    private void each(List<Item> items, Step step) throws IOException {
        Parallel.each(items.size(), index -> {
            try {
                step.run(index, items.get(index));
                return true;
            } catch (BadDataException e) {
                synchronized (problems) {
                    e.problems().forEach(problem -> problems.add(problem.pointer(), problem.code(), problem.detail()));
                    return !problems.full();
                }
            }
        });
        problems.throwIfAny();
    }
}
