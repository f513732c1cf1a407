package io.signalbox.callback;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.event.EventDetail.Log;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProgbarLoggerTest {

    @Test
    void writesWholeLinesWithinAnEpochAndLeavesItsEndToTheEpochsLine() {
        assertThat(lines(9, 3))
                .containsExactly(
                        "Epoch 1/1 - 3/9 - loss: 0.5000 - mae: 1.2000e-04",
                        "Epoch 1/1 - 6/9 - loss: 0.5000" + " - mae: 1.2000e-04");
    }

    @Test
    void writesALineForEachBatchWhereThereAreFew() {
        assertThat(lines(3, 10)).hasSize(2).allMatch(line -> !line.contains("\r") && !line.contains("\n"));
    }

    @Test
    void spreadsLinesOverBatchesThatDoNotDivide() {
        assertThat(lines(7, 3)).extracting(line -> line.split(" - ")[1]).containsExactly("3/7", "5/7");
    }

    private static List<String> lines(int steps, int linesPerEpoch) {
        Map<String, Double> logs = new LinkedHashMap<>();
        logs.put("loss", 0.5);
        logs.put("mae", 0.00012);
        ScriptedRun run = new ScriptedRun(0.1, List.of(logs)).withSteps(steps);
        run.train(List.of(new ProgbarLogger("log", new ProgbarLogger.Params(linesPerEpoch))));
        return run.told(Log.class).stream().map(Log::message).toList();
    }
}
