package io.signalbox.spec;

import io.signalbox.spec.DatasetSchema.Column;
import io.signalbox.spec.DatasetSchema.Kind;
import io.signalbox.spec.schema.Param;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Specs, datasets and callbacks to test with. */
final class Specs {

    static final SpecParser PARSER = new SpecParser(new Types());

    private Specs() {}

    record Stopping(
            @Param(value = "Metric", defaultValue = "\"val_loss\"")
            String monitor,

            @Param(value = "Epochs", defaultValue = "0", min = 0)
            int patience,

            @Param(value = "Restore", defaultValue = "false")
            boolean restoreBestWeights,

            @Param(value = "Baseline") @Nullable Double baseline) {}

    record Nothing() {}

    private static final class Types implements CallbackTypes {

        @Override
        public Set<String> types() {
            return Set.of("EarlyStopping", "TerminateOnNaN");
        }

        @Override
        public @Nullable Class<? extends Record> parameters(String type) {
            return switch (type) {
                case "EarlyStopping" -> Stopping.class;
                case "TerminateOnNaN" -> Nothing.class;
                default -> null;
            };
        }
    }

    static ObjectNode yaml(String yaml) {
        return SpecParser.readYaml(yaml.getBytes(StandardCharsets.UTF_8));
    }

    static JobSpec parse(String yaml) {
        return PARSER.parse(yaml(yaml));
    }

    /** 150 rows: a, b numeric; c categorical of 2; few, an integer of 3 values; y numeric; flag 0 or 1; class of 3. */
    static DatasetSchema table() {
        return new DatasetSchema(
                150,
                0,
                List.of(
                        numeric("a"),
                        numeric("b"),
                        categorical("c", "x", "y"),
                        numeric("few", "1", "2", "3"),
                        numeric(
                                "many",
                                IntStream.range(0, 100)
                                        .mapToObj(String::valueOf)
                                        .toArray(String[]::new)),
                        numeric("y"),
                        numeric("flag", "0", "1"),
                        categorical("one", "same"),
                        categorical("class", "p", "q", "r")),
                null,
                List.of(),
                List.of("class"));
    }

    static DatasetSchema images(int test) {
        return new DatasetSchema(
                1000,
                test,
                List.of(),
                List.of(1, 28, 28),
                IntStream.range(0, 10).mapToObj(String::valueOf).toList(),
                List.of());
    }

    static Column numeric(String name, String... values) {
        return new Column(name, Kind.NUMERIC, List.of(values));
    }

    static Column categorical(String name, String... categories) {
        return new Column(name, Kind.CATEGORICAL, List.of(categories));
    }
}
