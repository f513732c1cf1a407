package io.signalbox.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.callback.Callback;
import io.signalbox.callback.CheckpointRequest;
import io.signalbox.callback.Logs;
import io.signalbox.callback.Run;
import io.signalbox.checkpoint.CheckpointFolder;
import io.signalbox.checkpoint.Manifest;
import io.signalbox.checkpoint.Manifest.Kind;
import io.signalbox.event.EventDetail.CheckpointSaved;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnExceptionCheckpointTest {

    @TempDir
    Path folder;

    private final List<Jobs.Told> told = new ArrayList<>();
    private final List<Callback> callbacks = new ArrayList<>();

    @BeforeEach
    void onException() {
        callbacks.addAll(RollbackTest.create("OnExceptionCheckpoint", "{}"));
    }

    @Test
    void keepsTheWeightsAtTheErrorWhichIsToldAsItWas() {
        callbacks.add(new Broken());

        assertThatThrownBy(this::train).isInstanceOf(ArithmeticException.class).hasMessage("broken");

        Manifest kept = new CheckpointFolder(folder.resolve("checkpoints")).verify("on_exception");
        assertThat(kept.facts().step()).isEqualTo(3);
        assertThat(Jobs.only(CheckpointSaved.class, told))
                .extracting(CheckpointSaved::name)
                .containsExactly("on_exception");
    }

    /** Half of the callbacks have seen the batch: a retry must not go on from there. */
    @Test
    void itIsNoCheckpointToGoOnFrom() {
        callbacks.add(new Broken());

        assertThatThrownBy(this::train).hasMessage("broken");

        assertThat(new CheckpointFolder(folder.resolve("checkpoints"))
                        .read("on_exception")
                        .facts()
                        .kind())
                .isEqualTo(Kind.WEIGHTS);
    }

    @Test
    void aDiskThatCannotBeWrittenDoesNotTakeTheErrorsPlace() throws IOException {
        Files.writeString(folder.resolve("checkpoints"), "a file where the folder should be");
        callbacks.add(new Broken());

        assertThatThrownBy(this::train).isInstanceOf(ArithmeticException.class).hasMessage("broken");
    }

    @Test
    void aCallbackThatFailsAtTheErrorIsAddedToIt() {
        callbacks.add(new Broken() {
            @Override
            public void onException(RuntimeException error, Run run) {
                throw new IllegalStateException("and this too");
            }
        });

        assertThatThrownBy(this::train)
                .hasMessage("broken")
                .satisfies(error -> assertThat(error.getSuppressed())
                        .extracting(Throwable::getMessage)
                        .containsExactly("and this too"));
    }

    private void train() {
        Jobs.run(Jobs.cnn(2, 8, Jobs.ADAM, 24), Jobs.images(24, 0, "aa"), callbacks, folder, null, told);
    }

    /** Asks for a checkpoint in the very hook in which it fails. */
    private static class Broken implements Callback {

        @Override
        public String name() {
            return "broken";
        }

        @Override
        public void onTrainBatchEnd(int batch, Logs logs, Run run) {
            if (batch == 2) {
                run.saveCheckpoint(new CheckpointRequest("half", false, true, Map.of(), name()));
                throw new ArithmeticException("broken");
            }
        }
    }
}
