package io.signalbox.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.callback.Callback;
import io.signalbox.callback.CallbackException;
import io.signalbox.callback.CallbackType;
import io.signalbox.callback.Callbacks;
import io.signalbox.callback.Logs;
import io.signalbox.callback.Run;
import io.signalbox.harness.PluginJar;
import io.signalbox.spec.CallbackSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.JsonNodeFactory;

/** Real jars, good and bad. */
class PluginsTest {

    @TempDir
    Path folder;

    @Test
    void findsTheTypesOfEachJarAndDescribesThem() throws IOException {
        PluginJar.example(folder.resolve("halve.jar"));

        Plugins plugins = Plugins.load(folder);

        assertThat(plugins.faults()).isEmpty();
        assertThat(plugins.types()).extracting(CallbackType::name).containsExactly("HalveEvery");
        assertThat(plugins.describe().at("/types/0/jar").asString()).isEqualTo("halve.jar");
        assertThat(plugins.describe()
                        .at("/types/0/schema/properties/epochs/default")
                        .asInt())
                .isEqualTo(10);
    }

    @Test
    void aFolderThatIsNotThereHoldsNone() {
        assertThat(Plugins.load(folder.resolve("nowhere")).types()).isEmpty();
        assertThat(Plugins.load(null).types()).isEmpty();
    }

    @Test
    void whatCannotBeLoadedIsToldByNameAndDoesNotKeepTheRest() throws IOException {
        Files.writeString(folder.resolve("a.jar"), "no jar");
        PluginJar.broken(folder.resolve("b.jar"));
        PluginJar.atBatchEnd(folder.resolve("c.jar"), "EarlyStopping", "");
        PluginJar.example(folder.resolve("d.jar"));
        PluginJar.example(folder.resolve("e.jar"));

        Plugins plugins = Plugins.load(folder);

        assertThat(plugins.types()).extracting(CallbackType::name).containsExactly("HalveEvery");
        assertThat(plugins.faults())
                .hasSize(5)
                .satisfiesExactly(
                        fault -> assertThat(fault).startsWith("a.jar: is no jar"),
                        fault -> assertThat(fault)
                                .startsWith("b.jar: a class of it")
                                .contains("out of order"),
                        fault -> assertThat(fault)
                                .startsWith("b.jar: a class of it")
                                .contains("org.example.Missing"),
                        fault -> assertThat(fault).startsWith("c.jar: its type EarlyStopping is one that is built in"),
                        fault -> assertThat(fault).startsWith("e.jar: its type HalveEvery is one of d.jar already"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            throw new IllegalStateException("worn");             | java.lang.IllegalStateException: worn
            throw new NoClassDefFoundError("gone");              | java.lang.NoClassDefFoundError: gone
            onTrainBatchEnd(batch, logs, run);                   | java.lang.StackOverflowError
            """)
    void aHookThatFailsNamesThePluginAndTheHook(String code, String cause) throws IOException {
        PluginJar.atBatchEnd(folder.resolve("worn.jar"), "Worn", code);
        Callback worn = new Callbacks(Plugins.load(folder).types())
                .create(List.of(new CallbackSpec("Worn", "worn", JsonNodeFactory.instance.objectNode())))
                .get(0);

        assertThat(worn.name()).isEqualTo("worn");
        Run run = null;
        assertThatThrownBy(() -> worn.onTrainBatchEnd(0, new Logs(), run))
                .isInstanceOf(CallbackException.class)
                .hasMessage("worn: the plugin worn.jar failed in onTrainBatchEnd: " + cause);
    }
}
