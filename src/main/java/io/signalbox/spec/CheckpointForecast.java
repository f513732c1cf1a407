package io.signalbox.spec;

import io.signalbox.spec.model.Network;

/** How large one full checkpoint will be, about. */
final class CheckpointForecast {

    private static final int FLOAT_BYTES = 4;

    /** Manifest, state and tensor headers. */
    private static final long OVERHEAD_BYTES = 8192;

    private static final long OVERHEAD_BYTES_PER_LAYER = 512;

    private CheckpointForecast() {}

    /** Weights, what the optimizer keeps for each, and one more copy of the weights for callbacks that restore the best. */
    static long bytes(JobSpec spec, Network network) {
        long copies = spec.callbacks().stream()
                .filter(callback ->
                        callback.params().path("restore_best_weights").asBoolean(false))
                .count();
        long numbers = (network.parameters() + network.buffers()) * (1 + copies)
                + network.parameters() * spec.optimizer().slots();
        return FLOAT_BYTES * numbers
                + OVERHEAD_BYTES
                + OVERHEAD_BYTES_PER_LAYER * network.steps().size();
    }
}
