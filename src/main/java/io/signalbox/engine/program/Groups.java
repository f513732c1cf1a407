package io.signalbox.engine.program;

import io.signalbox.engine.network.NamedTensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The parameters that a plan trains, those together that one call of the optimizer can update: of one rate, and of one number
 * of updates so far.
 *
 * @param names of the parameters of each group, in the network's order
 * @param factors of the rate of each group
 */
record Groups(List<List<String>> names, List<Double> factors) {

    private record Key(double factor, float time) {}

    static Groups of(Plan plan, List<NamedTensor> parameters, Clocks clocks) {
        Map<Key, List<String>> groups = new LinkedHashMap<>();
        for (NamedTensor parameter : parameters) {
            String name = parameter.name();
            if (!plan.frozen().contains(name)) {
                Key key = new Key(plan.factors().getOrDefault(name, 1.0), clocks.time(name));
                groups.computeIfAbsent(key, k -> new ArrayList<>()).add(name);
            }
        }
        return new Groups(
                List.copyOf(groups.values()),
                groups.keySet().stream().map(Key::factor).toList());
    }

    /** All that is trained, group by group. */
    List<String> trained() {
        return names.stream().flatMap(List::stream).toList();
    }

    int count() {
        return names.size();
    }

    /** Name of a group's list in the program. */
    static String list(String name, int group) {
        return name + "_" + group;
    }
}
