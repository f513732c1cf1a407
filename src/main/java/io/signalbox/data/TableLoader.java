package io.signalbox.data;

import io.signalbox.data.DatasetInfo.StoredFile;
import io.signalbox.spec.DataSpec;
import io.signalbox.spec.DatasetSchema.Column;
import io.signalbox.spec.DatasetSchema.Kind;
import io.signalbox.spec.Problem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads a CSV dataset into memory. The file is read once to fill the buffers, once more before that to fit scales, and once
 * more to learn the classes of a stratified split; its rows are never kept.
 */
final class TableLoader {

    private static final String NO_SCALE = "none";

    private final DatasetInfo info;
    private final DataSpec spec;
    private final long seed;
    private final boolean classIndices;
    private final TableColumns columns;

    private TableLoader(DatasetInfo info, DataSpec spec, long seed, boolean classIndices) {
        this.seed = seed;
        this.info = info;
        this.spec = spec;
        this.classIndices = classIndices;
        this.columns = TableColumns.of(info.schema(), spec, classIndices);
    }

    static TrainingData load(
            Path folder, @Nullable Path validationFolder, DataSpec spec, long seed, boolean classIndices)
            throws IOException {
        return new TableLoader(DatasetFolder.read(folder), spec, seed, classIndices).load(folder, validationFolder);
    }

    private TrainingData load(Path folder, @Nullable Path validationFolder) throws IOException {
        CsvTable table = table(folder, info);
        Partition partition = validationFolder == null ? partition(table) : Partition.allTraining((int) info.rows());
        Normalization scales = fit(table, partition);
        Examples[] parts = read(table, partition, scales);
        Examples validation = validationFolder == null
                ? (partition.validation() == 0 ? null : parts[1])
                : validation(validationFolder, scales);
        return new TrainingData(
                parts[0],
                validation,
                new TrainingData.Scale(new float[] {0}, new float[] {1}),
                preparation(scales),
                info.sha256());
    }

    private static CsvTable table(Path folder, DatasetInfo from) throws IOException {
        StoredFile stored = from.file(CsvInspection.TABLE);
        if (stored == null) {
            throw Problems.single("#/data/validation_dataset", "shape.mismatch", "is no table");
        }
        Path file = folder.resolve(stored.name());
        TrainingData.checkUnchanged(stored, TextScan.scan(file));
        return new CsvTable(file, CsvOptions.accepted(from.options()).separator());
    }

    private void each(CsvTable table, RowEncoder.RowSink sink) throws IOException {
        each(table, columns, classIndices, sink);
    }

    private static void each(CsvTable table, TableColumns columns, boolean classIndices, RowEncoder.RowSink sink)
            throws IOException {
        Problems problems = new Problems();
        List<String> header = table.header(CsvInspection.MAX_COLUMNS);
        table.rows(new RowEncoder(header, columns, classIndices, sink, problems, TableLoader::misfit));
        problems.throwIfAny();
    }

    /** The file's own rows fit, so it must be the validation dataset's. */
    private static Problem misfit(long line, String column, String code, String what) {
        String where = "line " + line + ", column \"" + Problems.echo(column) + "\": ";
        return new Problem("#/data/validation_dataset", code, where + what);
    }

    private Partition partition(CsvTable table) throws IOException {
        int rows = (int) info.rows();
        Column column = switch (Partition.Key.of(spec)) {
            case NONE -> null;
            case CLASS -> columns.targets().get(0);
            case GROUP -> column(spec.group());
            case TIME -> column(spec.time());
        };
        if (spec.stratify()
                && column != null
                && (columns.targets().size() > 1 || column.categories().isEmpty())) {
            throw Problems.single(
                    "#/data/stratify", "target.classes", "needs a target of classes; drop it or choose another target");
        }
        return Partition.of(spec, rows, column == null ? new double[0] : values(table, column, rows), seed);
    }

    private Column column(@Nullable String name) {
        return info.schema().columns().stream()
                .filter(column -> column.name().equals(name))
                .findFirst()
                .orElseThrow(() -> Problems.single("#/data", "dataset.column", "there is no column " + name));
    }

    /** What a column holds: its numbers, or the places of its categories, which are sorted. */
    private static double[] values(CsvTable table, Column column, int rows) throws IOException {
        double[] values = new double[rows];
        TableColumns alone = TableColumns.of(List.of(), List.of(column));
        each(table, alone, false, (index, inputs, targets) -> values[index] = targets[0]);
        return values;
    }

    private Normalization fit(CsvTable table, Partition partition) throws IOException {
        Normalization scales = Normalization.identity(columns.inputWidth());
        if (spec.normalize().equals(NO_SCALE)) {
            return scales;
        }
        boolean[] numeric = numericInputs();
        Moments[] seen = new Moments[numeric.length];
        Arrays.setAll(seen, input -> new Moments());
        each(table, (index, inputs, targets) -> {
            if (!partition.validates(index)) {
                for (int i = 0; i < inputs.length; i++) {
                    seen[i].add(inputs[i]);
                }
            }
        });
        for (int i = 0; i < numeric.length; i++) {
            if (numeric[i]) {
                scales.fit(i, spec.normalize(), seen[i]);
            }
        }
        return scales;
    }

    private boolean[] numericInputs() {
        boolean[] numeric = new boolean[columns.inputWidth()];
        int at = 0;
        for (Column feature : columns.features()) {
            numeric[at] = feature.kind() == Kind.NUMERIC;
            at += TableColumns.width(feature);
        }
        return numeric;
    }

    private Examples validation(Path folder, Normalization scales) throws IOException {
        DatasetInfo other = DatasetFolder.read(folder);
        return read(table(folder, other), Partition.allTraining((int) other.rows()), scales)[0];
    }

    /** Training and validation examples, in this order; the second is empty where nothing is split off. */
    private Examples[] read(CsvTable table, Partition partition, Normalization scales) throws IOException {
        ExamplesBuilder training = builder(partition.training());
        ExamplesBuilder validation = builder(partition.validation());
        each(table, (index, inputs, targets) -> {
            ExamplesBuilder examples = partition.validates(index) ? validation : training;
            scales.apply(inputs, examples::feature);
            for (double value : targets) {
                examples.target(value);
            }
        });
        return new Examples[] {training.build(), validation.build()};
    }

    private ExamplesBuilder builder(int count) {
        return new ExamplesBuilder(
                count,
                List.of(columns.inputWidth()),
                Examples.ElementType.FLOAT32,
                classIndices,
                columns.targets().size());
    }

    private ObjectNode preparation(Normalization scales) {
        Column target = columns.targets().get(0);
        boolean classified = classIndices || (columns.targets().size() == 1 && target.kind() == Kind.CATEGORICAL);
        List<String> classes = classified ? target.categories() : List.of();
        return new TablePreparation(spec.normalize(), columns, scales, classes).toJson();
    }
}
