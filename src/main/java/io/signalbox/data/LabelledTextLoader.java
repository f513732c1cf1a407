package io.signalbox.data;

import io.signalbox.data.DatasetInfo.StoredFile;
import io.signalbox.data.Examples.ElementType;
import io.signalbox.data.TrainingData.Scale;
import io.signalbox.spec.DataSpec;
import io.signalbox.spec.DatasetOptions;
import io.signalbox.spec.Problem;
import io.signalbox.spec.Tokenized;
import io.signalbox.spec.schema.Binder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads labelled texts as token ids. The file is gone through three times: for its classes, for the vocabulary of the training
 * part, and to fill the buffers; its texts are never kept.
 */
final class LabelledTextLoader {

    private final DatasetInfo info;
    private final DataSpec spec;
    private final long seed;
    private final boolean classIndices;
    private final Tokenized texts;
    private final Tokenizer tokenizer;

    private LabelledTextLoader(DatasetInfo info, DataSpec spec, long seed, boolean classIndices) {
        this.seed = seed;
        this.info = info;
        this.spec = spec;
        this.classIndices = classIndices;
        this.texts = Tokenized.of(spec, info.schema());
        this.tokenizer = Tokenizer.of(texts.level());
    }

    static TrainingData load(
            Path folder, @Nullable Path validationFolder, DataSpec spec, long seed, boolean classIndices)
            throws IOException {
        return new LabelledTextLoader(DatasetFolder.read(folder), spec, seed, classIndices)
                .load(folder, validationFolder);
    }

    private TrainingData load(Path folder, @Nullable Path validationFolder) throws IOException {
        LabelledTable table = table(folder, info);
        Partition partition = partition(table);
        TokenPreparation preparation = new TokenPreparation(
                true,
                texts.level(),
                texts.length(),
                texts.vocabulary(),
                vocabulary(table, partition),
                info.schema().classes());
        Examples[] parts = read(table, partition, preparation);
        Examples validation = partition.validation() == 0 ? null : parts[1];
        if (validationFolder != null) {
            DatasetInfo other = DatasetFolder.read(validationFolder);
            Partition all = Partition.allTraining((int) other.rows());
            validation = read(table(validationFolder, other), all, preparation)[0];
        }
        return new TrainingData(parts[0], validation, Scale.IDENTITY, preparation.toJson(), info.sha256());
    }

    private static LabelledTable table(Path folder, DatasetInfo from) throws IOException {
        StoredFile stored = from.file(CsvInspection.TABLE);
        List<Problem> problems = new ArrayList<>();
        DatasetOptions.LabelledText options =
                Binder.bind(from.options(), DatasetOptions.LabelledText.class, "#/options", problems);
        if (stored == null || options == null) {
            throw Problems.single("#/data/validation_dataset", "shape.mismatch", "holds no labelled texts");
        }
        Path file = folder.resolve(stored.name());
        TrainingData.checkUnchanged(stored, TextScan.scan(file));
        return LabelledTable.open(file, options);
    }

    private Partition partition(LabelledTable table) throws IOException {
        double[] keys = new double[(int) info.rows()];
        if (Partition.Key.of(spec) == Partition.Key.CLASS) {
            Map<String, Integer> indices = indices();
            each(table, (index, text, label) -> keys[index] = indices.getOrDefault(label, 0));
        }
        return Partition.of(spec, keys.length, keys, seed);
    }

    private Map<String, Integer> indices() {
        Map<String, Integer> indices = new HashMap<>();
        info.schema().classes().forEach(name -> indices.put(name, indices.size()));
        return indices;
    }

    /** The most frequent tokens of the training part, of those as frequent the first in order of their characters. */
    private List<String> vocabulary(LabelledTable table, Partition partition) throws IOException {
        Map<String, int[]> counts = new HashMap<>();
        each(table, (index, text, label) -> {
            if (!partition.validates(index)) {
                tokenizer.split(text, token -> counts.computeIfAbsent(token, key -> new int[1])[0]++);
            }
        });
        List<String> vocabulary = new ArrayList<>(List.of(TokenPreparation.PADDING, TokenPreparation.UNKNOWN));
        counts.entrySet().stream()
                .sorted(Comparator.comparingInt((Map.Entry<String, int[]> entry) -> -entry.getValue()[0])
                        .thenComparing(Map.Entry::getKey))
                .limit(texts.vocabulary() - vocabulary.size())
                .forEach(entry -> vocabulary.add(entry.getKey()));
        return vocabulary;
    }

    /** Training and validation examples, in this order; the second is empty where nothing is split off. */
    private Examples[] read(LabelledTable table, Partition partition, TokenPreparation preparation) throws IOException {
        Map<String, Integer> ids = preparation.index();
        Map<String, Integer> classes = indices();
        ExamplesBuilder training = builder(partition.training());
        ExamplesBuilder validation = builder(partition.validation());
        each(table, (index, text, label) -> {
            Integer found = classes.get(label);
            if (found == null) {
                throw Problems.single(
                        "#/data/validation_dataset",
                        "dataset.label",
                        "the class \"" + Problems.echo(label) + "\" is none of those that are trained on");
            }
            ExamplesBuilder examples = partition.validates(index) ? validation : training;
            int[] left = {texts.length()};
            tokenizer.split(text, token -> {
                if (left[0] > 0) {
                    left[0]--;
                    examples.token(ids.getOrDefault(token, Tokenized.UNKNOWN_WORD));
                }
            });
            while (left[0]-- > 0) {
                examples.token(Tokenized.FIRST);
            }
            examples.target(found);
        });
        return new Examples[] {training.build(), validation.build()};
    }

    private ExamplesBuilder builder(int count) {
        return new ExamplesBuilder(count, List.of(texts.length()), ElementType.INT64, classIndices, 1);
    }

    /** Takes the rows in their order. */
    private interface Rows {
        void row(int index, String text, String label);
    }

    private static void each(LabelledTable table, Rows rows) throws IOException {
        int[] index = new int[1];
        table.rows((line, fields, text, label) -> {
            rows.row(index[0]++, text, label);
            return true;
        });
    }
}
