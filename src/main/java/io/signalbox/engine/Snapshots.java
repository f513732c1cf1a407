package io.signalbox.engine;

import io.signalbox.engine.torch.HostTensor;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Copies of the weights that callbacks keep, such as the best so far. */
final class Snapshots {

    private final Session session;
    private final Map<String, Snapshot> snapshots = new LinkedHashMap<>();
    private final Map<String, Averager> averagers = new HashMap<>();
    private final Set<String> averaged = new HashSet<>();

    /**
     * A copy of the weights.
     *
     * @param epoch in which it was taken
     * @param metrics of that epoch, or of the one before where it had not ended
     */
    record Snapshot(Map<String, HostTensor> weights, int epoch, Map<String, Double> metrics) {}

    Snapshots(Session session) {
        this.session = session;
    }

    /** Keeps the present weights under {@code key}, in the memory of an earlier copy where there is one. */
    void take(String key, int epoch, Map<String, Double> metrics) {
        Snapshot earlier = snapshots.get(key);
        Map<String, HostTensor> weights = earlier == null ? session.copyOfWeights() : earlier.weights();
        if (earlier != null) {
            copy(session.weights(), weights);
        }
        snapshots.put(key, new Snapshot(weights, epoch, metrics));
    }

    /** Puts a copy's weights back; null if there is none. */
    @Nullable
    Snapshot restore(String key) {
        Snapshot snapshot = snapshots.get(key);
        if (snapshot != null) {
            copy(snapshot.weights(), session.weights());
        }
        return snapshot;
    }

    /** Moves a copy a share of the way towards the present weights; takes one where there is none. */
    void average(String key, double share, int epoch) {
        averaged.add(key);
        Snapshot earlier = snapshots.get(key);
        if (earlier == null) {
            take(key, epoch, Map.of());
        } else {
            averagers
                    .computeIfAbsent(key, k -> session.averager(earlier.weights()))
                    .blend(share);
            snapshots.put(key, new Snapshot(earlier.weights(), epoch, Map.of()));
        }
    }

    /** Exchanges a copy with the present weights; false if there is none. */
    boolean swap(String key) {
        Snapshot snapshot = snapshots.get(key);
        if (snapshot == null) {
            return false;
        }
        session.weights()
                .forEach((name, tensor) ->
                        tensor.swap(Objects.requireNonNull(snapshot.weights().get(name))));
        return true;
    }

    /** The copies that are averages of weights. */
    Map<String, Snapshot> averages() {
        Map<String, Snapshot> averages = new LinkedHashMap<>(snapshots);
        averages.keySet().retainAll(averaged);
        return averages;
    }

    Map<String, Snapshot> all() {
        return snapshots;
    }

    private static void copy(Map<String, HostTensor> from, Map<String, HostTensor> to) {
        from.forEach((name, tensor) -> {
            HostTensor target = to.get(name);
            if (target != null) {
                target.copyFrom(tensor);
            }
        });
    }
}
