package io.signalbox.callback;

import io.signalbox.callback.Metric.Direction;
import io.signalbox.event.EventDetail.CallbackActed;
import io.signalbox.spec.Resources;
import io.signalbox.spec.schema.Constrained;
import io.signalbox.spec.schema.Described;
import io.signalbox.spec.schema.Param;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Removes checkpoints that no rule keeps, whichever callback or command asked for them. One place for all of them, which
 * ModelCheckpoint, of which there may be several, is not. It looks after each new checkpoint, when that was written and
 * verified, at what lies on the disk; so it has nothing to remember.
 */
final class CheckpointRetention implements Callback {

    /** How many checkpoints stay. One that any rule keeps, stays. */
    @Described("Removes checkpoints that no rule keeps; never one that best or latest names, or that is pinned")
    record Params(
            @Param(value = "Keep so many of the newest", unit = "checkpoints", min = 1, max = 100_000) @Nullable
            Integer keepLast,

            @Param(
                    value = "Keep those of every so many epochs, counted from 1",
                    unit = "epochs",
                    min = 1,
                    max = 1_000_000)
            @Nullable
            Integer keepEvery,

            @Param(value = "Keep so many of the best", unit = "checkpoints", min = 1, max = 100_000) @Nullable
            Integer keepBest,

            @Param(
                    value = "Metric that says what is best, as it is logged",
                    defaultValue = "\"val_loss\"",
                    maxLength = 100)
            String monitor,

            @Param(
                    value = "Whether less or more is better; auto asks the metric",
                    defaultValue = "\"auto\"",
                    oneOf = {"auto", "min", "max"})
            String mode,

            @Param(
                    value =
                            "Room for all checkpoints together, such as 2GiB: beyond it the oldest go first, the best last",
                    pattern = Resources.SIZE)
            @Nullable
            String maxBytes)
            implements Constrained {

        @Override
        public void check(Rules rules) {
            if (keepLast == null && keepEvery == null && keepBest == null && maxBytes == null) {
                rules.broken("", "required", "must have at least one of keep_last, keep_every, keep_best, max_bytes");
            }
        }

        boolean keepsByRule() {
            return keepLast != null || keepEvery != null || keepBest != null;
        }
    }

    private final String name;
    private final Params params;
    private final Monitor monitor;
    private boolean warned;

    CheckpointRetention(String name, Params params) {
        this.name = name;
        this.params = params;
        this.monitor = new Monitor(name, new Monitor.Watch(params.monitor(), params.mode(), 0, false));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void onTrainBegin(Run run) {
        warned = false;
    }

    @Override
    public void onCheckpointSaved(SavedCheckpoint saved, Run run) {
        List<SavedCheckpoint> candidates = candidates(run);
        Set<SavedCheckpoint> best = new LinkedHashSet<>(best(candidates, run));
        if (params.keepsByRule()) {
            Set<SavedCheckpoint> kept = new LinkedHashSet<>(best);
            kept.addAll(newest(candidates));
            candidates.stream().filter(this::isOfKeptEpoch).forEach(kept::add);
            candidates.stream()
                    .filter(candidate -> !kept.contains(candidate))
                    .forEach(candidate -> run.removeCheckpoint(candidate.name()));
        }
        if (params.maxBytes() != null) {
            keepWithin(Resources.bytes(params.maxBytes()), best, run);
        }
    }

    /** Those of callbacks and commands; the trainer sees to its own. */
    private static List<SavedCheckpoint> candidates(Run run) {
        return run.savedCheckpoints().stream()
                .filter(saved -> !ModelCheckpoint.isReserved(saved.name()))
                .toList();
    }

    private List<SavedCheckpoint> newest(List<SavedCheckpoint> candidates) {
        int count = params.keepLast() == null ? 0 : params.keepLast();
        return candidates.subList(0, Math.min(count, candidates.size()));
    }

    private boolean isOfKeptEpoch(SavedCheckpoint saved) {
        return params.keepEvery() != null && (saved.epoch() + 1) % params.keepEvery() == 0;
    }

    private List<SavedCheckpoint> best(List<SavedCheckpoint> candidates, Run run) {
        if (params.keepBest() == null) {
            return List.of();
        }
        Comparator<SavedCheckpoint> byValue =
                Comparator.comparingDouble(saved -> saved.metrics().getOrDefault(params.monitor(), Double.NaN));
        return candidates.stream()
                .filter(saved -> Double.isFinite(saved.metrics().getOrDefault(params.monitor(), Double.NaN)))
                .sorted(monitor.direction(run) == Direction.MAX ? byValue.reversed() : byValue)
                .limit(params.keepBest())
                .toList();
    }

    private void keepWithin(long budget, Set<SavedCheckpoint> best, Run run) {
        long total = run.savedCheckpoints().stream()
                .mapToLong(SavedCheckpoint::bytes)
                .sum();
        List<SavedCheckpoint> order = new ArrayList<>();
        List<SavedCheckpoint> newestFirst = candidates(run);
        newestFirst.stream().filter(saved -> !best.contains(saved)).forEach(saved -> order.add(0, saved));
        List<SavedCheckpoint> worstLast = new ArrayList<>(best);
        worstLast.retainAll(newestFirst);
        for (int i = worstLast.size() - 1; i >= 0; i--) {
            order.add(worstLast.get(i));
        }
        for (SavedCheckpoint saved : order) {
            if (total > budget && run.removeCheckpoint(saved.name())) {
                total -= saved.bytes();
            }
        }
        if (total > budget && !warned) {
            warned = true;
            run.emit(new CallbackActed(
                    name,
                    "warning",
                    "the checkpoints that are needed take " + total + " bytes, more than max_bytes " + params.maxBytes()
                            + ": raise it, or save weights only"));
        }
    }

    @Override
    public String explain(Run run) {
        List<SavedCheckpoint> all = run.savedCheckpoints();
        long bytes = all.stream().mapToLong(SavedCheckpoint::bytes).sum();
        return all.size() + " checkpoints of " + bytes + " bytes lie on the disk"
                + (params.maxBytes() == null ? "" : ", at most " + params.maxBytes() + " may");
    }

    @Override
    public ObjectNode state() {
        return Callback.super.state().put("warned", warned);
    }

    @Override
    public void restore(ObjectNode state) {
        warned = state.get("warned").asBoolean();
    }
}
