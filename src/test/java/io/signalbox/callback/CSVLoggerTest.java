package io.signalbox.callback;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.event.EventDetail.CallbackActed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CSVLoggerTest {

    @TempDir
    Path directory;

    private static final List<Map<String, Double>> HISTORY = List.of(
            Map.of("loss", 0.5, "val_loss", 1e-5, "accuracy", 1.0),
            Map.of("loss", Double.NaN, "val_loss", 0.1),
            Map.of("loss", 1e16, "val_loss", Double.NEGATIVE_INFINITY, "accuracy", 0.25));

    private static final String WHOLE =
            "epoch,accuracy,loss,val_loss\r\n" + "0,1.0,0.5,1e-05\r\n" + "1,NA,nan,0.1\r\n" + "2,0.25,1e+16,-inf\r\n";

    @Test
    void writesTheFileThatKerasWrites() throws IOException {
        new ScriptedRun(0.1, HISTORY).in(directory).train(List.of(logger(",", false)));

        assertThat(directory.resolve("history.csv")).hasContent(WHOLE);
        assertThat(Files.readString(directory.resolve("history.csv"))).isEqualTo(WHOLE);
    }

    @Test
    void anAttemptFromScratchBeginsAnewSoThatNoEpochIsThereTwice() throws IOException {
        Path file = directory.resolve("history.csv");
        new ScriptedRun(0.1, HISTORY).in(directory).train(List.of(logger(";", true)));

        new ScriptedRun(0.1, HISTORY.subList(0, 1)).in(directory).train(List.of(logger(";", true)));

        assertThat(Files.readAllLines(file)).containsExactly("epoch;accuracy;loss;val_loss", "0;1.0;0.5;1e-05");
    }

    @Test
    void goingOnDropsTheRowsOfEpochsThatAreTrainedAgain() throws IOException {
        ScriptedRun killed = new ScriptedRun(0.1, HISTORY).in(directory).killedAt(2);
        try {
            killed.train(List.of(logger(",", false)));
        } catch (ScriptedRun.Killed e) {
            Files.writeString(
                    directory.resolve("history.csv"),
                    "epoch,accuracy,loss,val_loss\r\n0,1.0,0.5,1e-05\r\n1,9,9,9\r\n2,9,9,9\r\n3,9,9");
        }

        new ScriptedRun(0.1, HISTORY).in(directory).goOn(killed, List.of(logger(",", false)));

        assertThat(Files.readString(directory.resolve("history.csv"))).isEqualTo(WHOLE);
    }

    @Test
    void aFileThatCannotBeWrittenIsAWarning() throws IOException {
        Files.createDirectories(directory.resolve("history.csv/in the way"));
        ScriptedRun run = new ScriptedRun(0.1, HISTORY).in(directory);

        assertThat(run.train(List.of(logger(",", false)))).isEqualTo(3);

        assertThat(run.told(CallbackActed.class))
                .isNotEmpty()
                .allSatisfy(acted -> assertThat(acted.level()).isEqualTo("warning"));
    }

    private static CSVLogger logger(String separator, boolean append) {
        return new CSVLogger("csv", new CSVLogger.Params("history.csv", separator, append));
    }
}
