package io.signalbox.callback.replay;

import io.signalbox.callback.Metric;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a run logged, as far as its callbacks see it.
 *
 * @param epochs that the run was to train in all; those after the history's end are not known
 * @param learningRate the optimizer's own
 * @param history the metrics of each epoch, {@code val_} ones included; a name that is absent was not logged
 * @param batchLogs the metrics after each batch of each epoch, means over the epoch so far; null for the epoch's own, without
 *     the {@code val_} ones
 * @param metrics what the model was compiled with beside {@code loss}
 */
public record Recording(
        int epochs,
        int stepsPerEpoch,
        double learningRate,
        List<Map<String, Double>> history,
        @Nullable List<List<Map<String, Double>>> batchLogs,
        List<Metric> metrics) {

    private static final String VALIDATION = "val_";

    /** The training metrics of an epoch. */
    Map<String, Double> training(int epoch) {
        Map<String, Double> training = new LinkedHashMap<>();
        history.get(epoch).forEach((name, value) -> {
            if (!name.startsWith(VALIDATION)) {
                training.put(name, value);
            }
        });
        return training;
    }

    /** The validation metrics of an epoch, names without {@code val_}. */
    Map<String, Double> validation(int epoch) {
        Map<String, Double> validation = new LinkedHashMap<>();
        history.get(epoch).forEach((name, value) -> {
            if (name.startsWith(VALIDATION)) {
                validation.put(name.substring(VALIDATION.length()), value);
            }
        });
        return validation;
    }

    /** The metrics after a batch. */
    Map<String, Double> batch(int epoch, int batch) {
        return batchLogs == null ? training(epoch) : batchLogs.get(epoch).get(batch);
    }
}
