package io.signalbox.engine.program;

import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDManager;
import io.signalbox.engine.network.NamedTensor;
import io.signalbox.engine.torch.HostTensor;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How many updates each parameter has seen, as PyTorch's optimizers count them: all together, until a parameter is frozen,
 * which from then on has a count of its own.
 */
final class Clocks {

    private static final String STEP = "step";

    private final PtNDManager manager;
    private final HostTensor common;
    private final Map<String, HostTensor> own = new LinkedHashMap<>();

    Clocks(PtNDManager manager) {
        this.manager = manager;
        this.common = HostTensor.zeros(manager, DataType.FLOAT32);
    }

    HostTensor of(String parameter) {
        return own.getOrDefault(parameter, common);
    }

    /** Updates that a parameter has seen. */
    float time(String parameter) {
        return of(parameter).content().data().getFloat();
    }

    /** Gives parameters counts of their own, which go on from where they are. */
    void part(Set<String> parameters) {
        for (String parameter : parameters) {
            own.computeIfAbsent(parameter, name -> common.copy(manager));
        }
    }

    /** Gives those parameters counts of their own that have one in a file of such names. */
    void partAsIn(Set<String> names, List<NamedTensor> parameters) {
        for (NamedTensor parameter : parameters) {
            if (names.contains(name(parameter.name()))) {
                part(Set.of(parameter.name()));
            }
        }
    }

    /** Every count by its name in a checkpoint. */
    Map<String, HostTensor> state() {
        Map<String, HostTensor> state = new LinkedHashMap<>();
        state.put(STEP, common);
        own.forEach((parameter, clock) -> state.put(name(parameter), clock));
        return state;
    }

    private static String name(String parameter) {
        return parameter + "." + STEP;
    }

    /** The distinct counts of some parameters. */
    List<HostTensor> of(List<String> parameters) {
        Map<HostTensor, Boolean> distinct = new HashMap<>();
        return parameters.stream()
                .map(this::of)
                .filter(clock -> distinct.put(clock, true) == null)
                .toList();
    }
}
