package io.signalbox.spec;

import io.signalbox.spec.schema.Binder;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Between callbacks as users write them ({@code {type, name?, parameters}}) and as {@link CallbackSpec} holds them. */
final class CallbackReader {

    private static final String CALLBACKS = "callbacks";
    private static final String TYPE = "type";
    private static final String NAME = "name";
    private static final String PARAMS = "params";

    private final CallbackTypes types;

    CallbackReader(CallbackTypes types) {
        this.types = types;
    }

    /** The JSON Schema of a callback as it stands in a spec: its parameters beside its type and its name. */
    ObjectNode schema() {
        JsonNode name = Binder.schema(CallbackSpec.class).at("/properties/name");
        ObjectNode choice = JsonNodeFactory.instance.objectNode();
        ArrayNode options = choice.putArray("oneOf");
        for (String type : types.types()) {
            ObjectNode option = Objects.requireNonNull(types.schema(type), type).deepCopy();
            ObjectNode properties = JsonNodeFactory.instance.objectNode();
            properties.putObject(TYPE).put("const", type);
            properties.set(NAME, name);
            properties.setAll((ObjectNode) option.path("properties"));
            option.set("properties", properties);
            ArrayNode required = JsonNodeFactory.instance.arrayNode().add(TYPE);
            option.path("required").forEach(required::add);
            options.add(option.set("required", required));
        }
        return choice;
    }

    /**
     * A spec whose callbacks are {@code {type, name, params}}, names and defaults filled in. What is no object is left as it
     * is, for the binder to refuse. All else is shared with the one given.
     */
    ObjectNode normalize(ObjectNode spec, List<Problem> problems) {
        ObjectNode normal = JsonNodeFactory.instance.objectNode().setAll(spec);
        if (spec.get(CALLBACKS) instanceof ArrayNode array) {
            ArrayNode given = array.deepCopy();
            normal.set(CALLBACKS, given);
            if (given.size() > JobSpec.MAX_CALLBACKS) {
                String detail = "must have at most " + JobSpec.MAX_CALLBACKS + " elements, had " + given.size();
                problems.add(new Problem("#/callbacks", "count", detail));
                given.removeAll();
            }
            Set<String> taken = names(given, problems);
            for (int i = 0; i < given.size(); i++) {
                if (given.get(i) instanceof ObjectNode callback) {
                    given.set(i, normalize(callback, "#/callbacks/" + i, taken, problems));
                }
            }
        }
        return normal;
    }

    private static Set<String> names(ArrayNode callbacks, List<Problem> problems) {
        Map<String, Integer> names = new HashMap<>();
        for (int i = 0; i < callbacks.size(); i++) {
            JsonNode name = callbacks.get(i).path(NAME);
            Integer first = name.isString() ? names.putIfAbsent(name.stringValue(), i) : null;
            if (first != null) {
                String detail = "is the name of callback " + first + " already; choose another";
                problems.add(new Problem("#/callbacks/" + i + "/name", "unique", detail));
            }
        }
        return new HashSet<>(names.keySet());
    }

    private ObjectNode normalize(ObjectNode callback, String pointer, Set<String> taken, List<Problem> problems) {
        ObjectNode normal = JsonNodeFactory.instance.objectNode();
        JsonNode type = callback.remove(TYPE);
        JsonNode name = callback.remove(NAME);
        if (type != null) {
            normal.set(TYPE, type);
        }
        if (name != null && !name.isNull()) {
            normal.set(NAME, name);
        } else {
            normal.put(NAME, freeName(type, taken));
        }
        normal.set(PARAMS, parameters(type, callback, pointer, problems));
        return normal;
    }

    private ObjectNode parameters(@Nullable JsonNode type, ObjectNode given, String pointer, List<Problem> problems) {
        if (type == null || !type.isString()) {
            return given;
        }
        if (!types.types().contains(type.stringValue())) {
            String allowed = String.join(", ", types.types().stream().sorted().toList());
            String detail =
                    "must be one of " + allowed + "; was \"" + Problem.echo(type.stringValue()) + "\"" + faults();
            problems.add(new Problem(pointer + "/type", "enum", detail));
            return given;
        }
        ObjectNode bound = types.bind(type.stringValue(), given, pointer, problems);
        return bound == null ? given : bound;
    }

    private String faults() {
        return types.faults().isEmpty() ? "" : ". Plugins that were not loaded: " + String.join("; ", types.faults());
    }

    private String freeName(@Nullable JsonNode type, Set<String> taken) {
        String given = type == null || !type.isString() ? "" : type.stringValue();
        String base = types.types().contains(given) ? Names.snakeCase(given) : "callback";
        String name = base;
        for (int i = 2; !taken.add(name); i++) {
            name = base + "_" + i;
        }
        return name;
    }

    /** The way back. */
    static ObjectNode flatten(ObjectNode spec) {
        for (JsonNode callback : spec.path(CALLBACKS)) {
            ObjectNode flat = (ObjectNode) callback;
            ObjectNode params = (ObjectNode) flat.remove(PARAMS);
            flat.setAll(params);
        }
        return spec;
    }
}
