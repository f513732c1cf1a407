package io.signalbox.callback;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.callback.schedule.ScheduleSpec;
import io.signalbox.harness.SchemaTables;
import io.signalbox.spec.schema.Binder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * The parameter tables of {@code docs/callbacks.md} are those of the schemas that {@code GET /catalogue/callbacks} answers.
 * To write them anew: {@code ./mvnw -DskipFrontend -Dtest=CallbackDocsTest -Ddocs.write test}.
 */
class CallbackDocsTest {

    private static final Path FILE = Path.of("docs", "callbacks.md");
    private static final String BEGIN = "<!-- generated: begin";
    private static final String END = "<!-- generated: end -->";

    /** Whole numbers that count nothing: switches, a place, a factor. */
    private static final Set<String> NO_UNIT = Set.of("verbose", "profile_batch", "layer", "t_mult", "num_cycles");

    private final Callbacks callbacks = new Callbacks();

    @Test
    void tellsEveryParameterAsTheCatalogueDoes() throws IOException {
        String page = Files.readString(FILE);
        int begin = page.indexOf('\n', page.indexOf(BEGIN)) + 1;
        int end = page.indexOf(END);
        if (System.getProperty("docs.write") != null) {
            Files.writeString(FILE, page.substring(0, begin) + tables() + page.substring(end));
            return;
        }

        assertThat(page.substring(begin, end))
                .as("docs/callbacks.md is out of date; write it anew with -Dtest=CallbackDocsTest -Ddocs.write")
                .isEqualTo(tables());
    }

    @Test
    void everyParameterSaysWhatItDoesAndWhatItCounts() {
        Map<String, JsonNode> all = new TreeMap<>(Binder.variantSchemas(ScheduleSpec.class));
        callbacks.types().forEach(type -> all.put(type, schema(type)));
        List<String> silent = new ArrayList<>();
        all.forEach((type, schema) -> {
            if (schema.path("description").asString("").isBlank()) {
                silent.add(type + " has no description");
            }
            for (Map.Entry<String, JsonNode> parameter :
                    schema.get("properties").properties()) {
                JsonNode told = parameter.getValue();
                boolean counts = !told.has("items")
                        && told.toString().contains("\"integer\"")
                        && !NO_UNIT.contains(parameter.getKey());
                if (!told.has("const") && told.path("description").asString("").isBlank()) {
                    silent.add(type + " " + parameter.getKey() + " has no description");
                }
                if (counts && !told.toString().contains("\"unit\"")) {
                    silent.add(type + " " + parameter.getKey() + " has no unit");
                }
            }
        });

        assertThat(silent).isEmpty();
    }

    private JsonNode schema(String type) {
        return Binder.schema(Objects.requireNonNull(callbacks.parameters(type)));
    }

    private String tables() {
        return callbacks.types().stream()
                        .sorted()
                        .map(type -> SchemaTables.of(type, schema(type)))
                        .collect(Collectors.joining())
                + "\n## Every schedule\n"
                + Binder.variantSchemas(ScheduleSpec.class).entrySet().stream()
                        .map(schedule -> SchemaTables.of(schedule.getKey(), schedule.getValue()))
                        .collect(Collectors.joining());
    }
}
