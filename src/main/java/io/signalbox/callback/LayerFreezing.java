package io.signalbox.callback;

import io.signalbox.event.EventDetail.CallbackActed;
import io.signalbox.spec.schema.Constrained.Rules;
import io.signalbox.spec.schema.Described;
import io.signalbox.spec.schema.Param;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Leaves layers as they are, and lets them train from given epochs on: fine-tuning that begins with the last layers. Frozen
 * parameters do not change by a bit, weight decay included; when they thaw the optimizer begins with them afresh, as
 * PyTorch's does with a parameter that had no gradient.
 */
final class LayerFreezing implements Callback {

    /** Layers that thaw. */
    record Thaw(
            @Param(value = "Epoch, from 0, from whose begin on the layers train", min = 0, max = 1_000_000)
            int epoch,

            @Param(value = "What thaws: layers or tensors as in layers", minItems = 1, maxItems = 1000, maxLength = 100)
            List<String> layers,

            @Param(
                    value = "Factor of the learning rate for these layers from then on",
                    defaultValue = "1.0",
                    min = 0,
                    max = 1000,
                    exclusiveMin = true)
            double learningRateFactor) {}

    @Described("Freezes layers, and unfreezes them by epoch where asked, at a lower learning rate if wished")
    record Params(
            @Param(
                    value =
                            "What is frozen at first: layers by their numbers (\"0\", \"0-4\") and tensors by their names"
                                    + " (\"3.weight\", \"*.bias\")",
                    minItems = 1,
                    maxItems = 1000,
                    maxLength = 100)
            List<String> layers,

            @Param(value = "When which of them thaw; what is not named stays frozen", maxItems = 1000) @Nullable
            List<Thaw> unfreeze,

            @Param(
                    value = "Batch norm of frozen layers keeps and uses its running statistics too, as in Keras",
                    defaultValue = "false")
            boolean freezeStatistics)
            implements FitsJob {

        @Override
        public void check(JobFacts job, Rules rules) {
            check("layers", layers, job, rules);
            for (int i = 0; i < thaws().size(); i++) {
                check("unfreeze/" + i + "/layers", thaws().get(i).layers(), job, rules);
            }
            List<String> parameters = TensorPattern.likelyNames(job.layers());
            if (!parameters.isEmpty() && frozen(0, parameters).size() == parameters.size()) {
                rules.broken("layers", "layers.all", "are all layers: nothing would train in epoch 0; leave one out");
            }
        }

        private static void check(String at, List<String> patterns, JobFacts job, Rules rules) {
            for (int i = 0; i < patterns.size(); i++) {
                String fault = TensorPattern.fault(patterns.get(i), job.layers());
                if (fault != null) {
                    rules.broken(at + "/" + i, "layer.unknown", fault);
                }
            }
        }

        @Override
        public void doubt(JobFacts job, Rules doubts) {
            int epochs = job.spec().epochs();
            for (int i = 0; i < thaws().size(); i++) {
                if (thaws().get(i).epoch() >= epochs) {
                    String detail = "is after the last of " + epochs + " epochs: the layers stay frozen";
                    doubts.broken("unfreeze/" + i + "/epoch", "epoch.late", detail);
                }
            }
        }

        List<Thaw> thaws() {
            return unfreeze == null ? List.of() : unfreeze;
        }

        /** Of these parameters those that are frozen in an epoch. */
        Set<String> frozen(int epoch, List<String> parameters) {
            Set<String> frozen = new LinkedHashSet<>(TensorPattern.select(layers, parameters));
            for (Thaw thaw : thaws()) {
                if (epoch >= thaw.epoch()) {
                    frozen.removeAll(TensorPattern.select(thaw.layers(), parameters));
                }
            }
            return frozen;
        }

        Map<String, Double> factors(int epoch, List<String> parameters) {
            Map<String, Double> factors = new HashMap<>();
            for (Thaw thaw : thaws()) {
                if (epoch >= thaw.epoch()) {
                    TensorPattern.select(thaw.layers(), parameters)
                            .forEach(parameter -> factors.put(parameter, thaw.learningRateFactor()));
                }
            }
            return factors;
        }
    }

    private final String name;
    private final Params params;

    LayerFreezing(String name, Params params) {
        this.name = name;
        this.params = params;
    }

    @Override
    public String name() {
        return name;
    }

    /** Also in the middle of an epoch, when going on. */
    @Override
    public void onTrainBegin(Run run) {
        List<String> parameters = run.updates().parameters();
        for (String pattern : params.layers()) {
            requireSome(pattern, parameters);
        }
        params.thaws().forEach(thaw -> thaw.layers().forEach(pattern -> requireSome(pattern, parameters)));
        apply(run.epoch(), run);
    }

    private void requireSome(String pattern, List<String> parameters) {
        if (!parameters.isEmpty()
                && TensorPattern.select(List.of(pattern), parameters).isEmpty()) {
            throw new CallbackException(
                    name, "'" + pattern + "' is nothing that is trained; trained are " + String.join(", ", parameters));
        }
    }

    @Override
    public void onEpochBegin(int epoch, Run run) {
        apply(epoch, run);
        List<String> parameters = run.updates().parameters();
        for (Thaw thaw : params.thaws()) {
            if (thaw.epoch() == epoch && epoch > 0) {
                String message =
                        String.join(", ", TensorPattern.select(thaw.layers(), parameters)) + " train from now on";
                run.emit(new CallbackActed(name, "info", message));
            }
        }
    }

    private void apply(int epoch, Run run) {
        List<String> parameters = run.updates().parameters();
        Set<String> frozen = params.frozen(epoch, parameters);
        if (!parameters.isEmpty() && frozen.size() == parameters.size()) {
            throw new CallbackException(name, "all parameters are frozen in epoch " + epoch + ": nothing would train");
        }
        run.updates().freeze(frozen, params.freezeStatistics(), params.factors(epoch, parameters));
    }

    @Override
    public String explain(Run run) {
        Set<String> frozen = params.frozen(run.epoch(), run.updates().parameters());
        String next = params.thaws().stream()
                .filter(thaw -> thaw.epoch() > run.epoch() && thaw.epoch() < run.epochs())
                .map(thaw -> "; " + String.join(", ", thaw.layers()) + " thaws at epoch " + thaw.epoch())
                .collect(Collectors.joining());
        return (frozen.isEmpty() ? "nothing is frozen" : "frozen: " + String.join(", ", frozen)) + next;
    }
}
