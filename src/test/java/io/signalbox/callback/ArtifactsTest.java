package io.signalbox.callback;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.event.EventDetail.Artifact;
import io.signalbox.event.EventDetail.CallbackActed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

class ArtifactsTest {

    @TempDir
    Path folder;

    private final Artifacts artifacts = new Artifacts("it", Artifacts.Kind.TABLE, 2);

    /** A run that keeps {@code content} at the end of each of so many epochs. */
    private ScriptedRun kept(int epochs, ObjectNode content) {
        ScriptedRun run = new ScriptedRun(0.1, java.util.Collections.nCopies(epochs, Map.of("loss", 1.0))).in(folder);
        run.train(List.of(new Callback() {
            @Override
            public String name() {
                return "it";
            }

            @Override
            public void onEpochEnd(int epoch, Logs logs, Run at) {
                artifacts.keep(content, at);
            }
        }));
        return run;
    }

    private static ObjectNode content() {
        return JsonNodeFactory.instance.objectNode().put("a", 1);
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("artifacts/it"))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void lieInAFileThatAnEventNames() throws IOException {
        ScriptedRun run = kept(1, content());

        Artifact told = run.told(Artifact.class).get(0);
        assertThat(told.file()).isEqualTo("artifacts/it/000000000001.json");
        assertThat(folder.resolve(told.file())).hasContent("{\"a\":1}");
        assertThat(told.bytes()).isEqualTo(7);
        assertThat(told.sha256()).isEqualTo("015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862");
    }

    @Test
    void onlyTheNewestStay() throws IOException {
        kept(5, content());

        assertThat(files()).containsExactly("000000000004.json", "000000000005.json");
    }

    @Test
    void ofStepsThatAreMadeAgainNothingIsLeft() throws IOException {
        Files.createDirectories(folder.resolve("artifacts/it"));
        Files.writeString(folder.resolve("artifacts/it/000000000009.json"), "of an attempt before");
        Files.writeString(folder.resolve("artifacts/it/000000000001.json.tmp"), "half");

        kept(1, content());

        assertThat(files()).containsExactly("000000000001.json");
    }

    @Test
    void oneThatIsTooLargeIsOneWarning() {
        ScriptedRun run = kept(2, content().put("b", "x".repeat(Artifacts.MOST_BYTES)));

        assertThat(run.told(Artifact.class)).isEmpty();
        assertThat(run.told(CallbackActed.class))
                .singleElement()
                .satisfies(acted -> assertThat(acted.level()).isEqualTo("warning"));
        assertThat(folder.resolve("artifacts")).doesNotExist();
    }

    @Test
    void aFolderThatCannotBeWrittenIsOneWarning() throws IOException {
        Files.writeString(folder.resolve("artifacts"), "in the way");

        ScriptedRun run = kept(2, content());

        assertThat(run.told(Artifact.class)).isEmpty();
        assertThat(run.told(CallbackActed.class)).hasSize(1);
    }
}
