package io.signalbox.callback;

import io.signalbox.spec.CheckedSpec.LayerSummary;
import io.signalbox.spec.JobSpec;
import java.util.List;
import java.util.Set;

/**
 * What is known of a job before it runs.
 *
 * @param spec checked, every default filled in
 * @param stepsPerEpoch updates in one epoch
 * @param metrics what an epoch logs by itself, {@code loss} and {@code val_} names included
 * @param layers of the network, numbered by their place
 */
public record JobFacts(JobSpec spec, int stepsPerEpoch, Set<String> metrics, List<LayerSummary> layers) {

    /** Whether there is data to validate on. */
    boolean validates() {
        return metrics.contains("val_loss");
    }
}
