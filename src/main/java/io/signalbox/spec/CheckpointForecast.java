package io.signalbox.spec;

import io.signalbox.spec.model.Network;
import java.util.Set;

/** How large one full checkpoint will be, about. */
final class CheckpointForecast {

    private static final int FLOAT_BYTES = 4;

    /** Manifest, state and tensor headers. */
    private static final long OVERHEAD_BYTES = 8192;

    private static final long OVERHEAD_BYTES_PER_LAYER = 512;

    private CheckpointForecast() {}

    /** Callbacks that always keep a copy of the weights: averages of them. */
    private static final Set<String> AVERAGING = Set.of("EMA", "SwapEMAWeights", "StochasticWeightAveraging");

    /** Weights, what the optimizer keeps for each, and one more copy of the weights for each callback that keeps one. */
    static long bytes(JobSpec spec, Network network) {
        long copies = spec.callbacks().stream()
                .filter(callback -> AVERAGING.contains(callback.type())
                        || callback.params().path("restore_best_weights").asBoolean(false))
                .count();
        long numbers = (network.parameters() + network.buffers()) * (1 + copies)
                + network.parameters() * spec.optimizer().slots();
        return FLOAT_BYTES * numbers
                + OVERHEAD_BYTES
                + OVERHEAD_BYTES_PER_LAYER * network.steps().size();
    }
}
