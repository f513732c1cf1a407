package io.signalbox.data;

import io.signalbox.data.ClassFolders.Item;
import io.signalbox.data.Examples.ElementType;
import io.signalbox.spec.DatasetOptions;
import io.signalbox.spec.Problem;
import io.signalbox.spec.schema.Binder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.node.ObjectNode;

/** Makes spectrograms of the recordings of a zip with a folder for each class, all of one length. */
final class AudioFolderInspection {

    static final String FORMAT = ArrayDataset.AUDIO;

    private static final Set<String> FOREIGN = Set.of("mp3", "flac", "ogg", "m4a", "aac", "aif", "aiff", "opus");
    private static final double LONGEST_BY_DEFAULT = 10;

    private final ClassFolders folders;
    private final DatasetOptions.AudioFolder asked;
    private final Problems problems = new Problems();

    private AudioFolderInspection(ClassFolders folders, DatasetOptions.AudioFolder asked) {
        this.folders = folders;
        this.asked = asked;
    }

    static DatasetInfo inspect(Path folder, String name, ObjectNode options, List<Path> files) throws IOException {
        List<Problem> problems = new ArrayList<>();
        DatasetOptions.AudioFolder asked =
                Binder.bind(options, DatasetOptions.AudioFolder.class, "#/options", problems);
        if (files.size() != 1) {
            problems.add(new Problem(
                    Problems.FILE, "dataset.files", "audio_folder takes one zip, got " + files.size() + " files"));
        }
        if (asked == null || !problems.isEmpty()) {
            throw new BadDataException(problems);
        }
        ClassFolders.Kind recordings = new ClassFolders.Kind(
                "recordings", Set.of("wav"), FOREIGN, asked.labels().equals("file_name"));
        DatasetInfo info;
        try (ClassFolders folders = ClassFolders.open(files.get(0), recordings)) {
            info = new AudioFolderInspection(folders, asked).convert(folder, name);
        }
        Files.delete(files.get(0));
        return info;
    }

    private DatasetInfo convert(Path folder, String name) throws IOException {
        DatasetOptions.AudioFolder used = settled();
        Listening listening = Listening.of(used);
        List<Integer> shape = listening.shape();
        if (listening.samples() <= used.nFft() / 2) {
            throw Problems.single(
                    "#/options/n_fft",
                    "audio.too-short",
                    "looks at " + used.nFft() + " samples, but a recording has " + listening.samples()
                            + "; it must have more than half of that");
        }
        for (List<Item> items : List.of(folders.training(), folders.test())) {
            ArrayDataset.checkSize(
                    items.size(),
                    shape,
                    ElementType.FLOAT32,
                    "#/options/hop_length",
                    "choose a longer hop_length, fewer n_mels or fewer seconds");
        }
        ArrayDataset dataset = new ArrayDataset(folder, shape, ElementType.FLOAT32, folders.classes());
        write(dataset, ArrayDataset.TRAIN, folders.training(), listening);
        if (!folders.test().isEmpty()) {
            write(dataset, ArrayDataset.TEST, folders.test(), listening);
        }
        return dataset.describe(name, FORMAT, Binder.toJson(used));
    }

    /** The rate, if none is asked for, is the lowest, so that nothing is invented; the length that of the longest. */
    private DatasetOptions.AudioFolder settled() throws IOException {
        if (asked.sampleRate() != null && asked.seconds() != null) {
            return asked;
        }
        List<Item> all = new ArrayList<>(folders.training());
        all.addAll(folders.test());
        AtomicInteger lowest = new AtomicInteger(Integer.MAX_VALUE);
        double[] seconds = new double[all.size()];
        each(all, (index, wave) -> {
            lowest.accumulateAndGet(wave.rate(), Math::min);
            seconds[index] = wave.seconds();
        });
        double longest = LONGEST_BY_DEFAULT;
        for (int i = 0; i < seconds.length; i++) {
            longest = i == 0 ? seconds[i] : Math.max(longest, seconds[i]);
        }
        return new DatasetOptions.AudioFolder(
                asked.labels(),
                asked.sampleRate() == null ? lowest.get() : asked.sampleRate(),
                asked.seconds() == null ? Math.min(longest, LONGEST_BY_DEFAULT) : asked.seconds(),
                asked.nFft(),
                asked.hopLength(),
                asked.nMels());
    }

    private void write(ArrayDataset dataset, String part, List<Item> items, Listening listening) throws IOException {
        dataset.write(
                part,
                folders.labels(items),
                sink -> each(items, (index, wave) -> sink.put(index, listening.bytes(wave))),
                (index, example) -> {
                    Item item = items.get(index);
                    Wave wave = listening.heard(Wave.read(item.name(), folders.read(item)));
                    return WavePicture.draw(wave, example, listening.shape());
                });
    }

    /** What is done with a recording. */
    private interface Step {
        void run(int index, Wave wave) throws IOException;
    }

    /** All faults are told at once. */
    private void each(List<Item> items, Step step) throws IOException {
        Parallel.each(items.size(), index -> {
            Item item = items.get(index);
            try {
                step.run(index, Wave.read(item.name(), folders.read(item)));
                return true;
            } catch (BadDataException e) {
                synchronized (problems) {
                    e.problems().forEach(problems::add);
                    return !problems.full();
                }
            }
        });
        problems.throwIfAny();
    }
}
