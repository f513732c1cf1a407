package io.signalbox.spec;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.harness.SchemaTables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * The tables of {@code docs/models.md} are those of the schemas that {@code GET /catalogue/models} and {@code layers}
 * answer. To write them anew: {@code ./mvnw -DskipFrontend -Dtest=ModelDocsTest -Ddocs.write test}.
 */
class ModelDocsTest {

    private static final Path FILE = Path.of("docs", "models.md");
    private static final String BEGIN = "<!-- generated: begin";
    private static final String END = "<!-- generated: end -->";

    @Test
    void tellsEveryModelAndLayerAsTheCatalogueDoes() throws IOException {
        String page = Files.readString(FILE);
        int begin = page.indexOf('\n', page.indexOf(BEGIN)) + 1;
        int end = page.indexOf(END);
        String tables =
                "\n## Every model\n" + tables(Catalogue.MODELS) + "\n## Every layer\n" + tables(Catalogue.LAYERS);
        if (System.getProperty("docs.write") != null) {
            Files.writeString(FILE, page.substring(0, begin) + tables + page.substring(end));
            return;
        }

        assertThat(page.substring(begin, end))
                .as("docs/models.md is out of date; write it anew with -Dtest=ModelDocsTest -Ddocs.write")
                .isEqualTo(tables);
    }

    private static String tables(Catalogue catalogue) {
        return catalogue.entries().stream()
                .map(entry -> SchemaTables.of(entry.name(), entry.schema()))
                .collect(Collectors.joining());
    }
}
