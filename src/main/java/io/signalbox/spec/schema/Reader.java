package io.signalbox.spec.schema;

import io.signalbox.spec.Problem;
import io.signalbox.spec.schema.RecordType.Field;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Turns JSON into records. Every method answers null if it found a fault, which then is among the faults. */
final class Reader {

    private final Faults faults;

    Reader(Faults faults) {
        this.faults = faults;
    }

    private @Nullable Object value(JsonNode node, Type type, Param param, String pointer) {
        if (type instanceof ParameterizedType list) {
            return list(node, list.getActualTypeArguments()[0], param, pointer);
        }
        Class<?> raw = (Class<?>) type;
        if (raw.isRecord() || raw.isSealed()) {
            return object(node, raw, pointer);
        }
        if (raw == JsonNode.class) {
            return node;
        }
        if (raw == ObjectNode.class) {
            return node.isObject() ? node : notAnObject(node, pointer);
        }
        return new Scalars(param, pointer, faults).read(node, raw);
    }

    private @Nullable Object list(JsonNode node, Type element, Param param, String pointer) {
        if (!node.isArray()) {
            if (param.orOne() && !node.isObject() && !node.isNull()) {
                Object only = value(node, element, param, pointer);
                return only == null ? null : List.of(only);
            }
            faults.add(pointer, "type.array", "must be a list, was " + Scalars.shown(node));
            return null;
        }
        int before = faults.count();
        if (node.size() < param.minItems() || node.size() > param.maxItems()) {
            faults.add(pointer, "count", wantedCount(param) + ", had " + node.size());
        }
        List<Object> values = new ArrayList<>();
        Set<Object> seen = new HashSet<>();
        for (int i = 0; i < node.size() && !faults.full(); i++) {
            Object value = value(node.get(i), element, param, pointer + "/" + i);
            if (value == null) {
                continue;
            }
            if (param.unique() && !seen.add(value)) {
                faults.add(pointer + "/" + i, "unique", "stands in the list already");
            }
            values.add(value);
        }
        return faults.count() > before || faults.full() ? null : Collections.unmodifiableList(values);
    }

    private static String wantedCount(Param param) {
        String least = "must have at least " + param.minItems() + (param.minItems() == 1 ? " element" : " elements");
        if (param.minItems() == param.maxItems()) {
            return "must have " + param.minItems() + " elements";
        }
        return param.maxItems() == Integer.MAX_VALUE
                ? least
                : "must have " + param.minItems() + " to " + param.maxItems() + " elements";
    }

    /** Binds a record, or the record of a sealed interface that {@code type} names. */
    @Nullable
    Object object(JsonNode node, Class<?> type, String pointer) {
        if (type.isSealed()) {
            return variant(node, type, pointer);
        }
        return node instanceof ObjectNode object
                ? record(object, RecordType.of(type), Set.of(), Map.of(), pointer)
                : notAnObject(node, pointer);
    }

    private @Nullable Object variant(JsonNode node, Class<?> sealed, String pointer) {
        Map<String, Class<?>> variants = Variants.of(sealed);
        if (node.isString() && sealed.isAnnotationPresent(OrName.class)) {
            Class<?> record = named(node, variants, pointer);
            return record == null
                    ? null
                    : record(JsonNodeFactory.instance.objectNode(), RecordType.of(record), Set.of(), variants, pointer);
        }
        OrText orText = sealed.getAnnotation(OrText.class);
        if (node.isString() && orText != null) {
            return text(node, orText.value(), variants, pointer);
        }
        if (!(node instanceof ObjectNode object)) {
            return notAnObject(node, pointer);
        }
        JsonNode name = object.get(Variants.TYPE);
        String at = Problem.member(pointer, Variants.TYPE);
        String member = name == null ? member(object, variants) : null;
        if (member != null) {
            return member(object, member, variants, pointer);
        }
        if (name == null || name.isNull()) {
            faults.add(at, "required", "is required: one of " + String.join(", ", variants.keySet()));
            return null;
        }
        Class<?> record = named(name, variants, at);
        return record == null ? null : record(object, RecordType.of(record), Set.of(Variants.TYPE), variants, pointer);
    }

    /** Faults in the text are told at the text, not at the component that it stands for. */
    private @Nullable Object text(JsonNode node, String name, Map<String, Class<?>> variants, String pointer) {
        List<Problem> found = new ArrayList<>();
        ObjectNode object = JsonNodeFactory.instance.objectNode().set(name, node);
        RecordType type = RecordType.of(Objects.requireNonNull(variants.get(name), name));
        Object record = new Reader(new Faults(found)).record(object, type, Set.of(), variants, pointer);
        found.forEach(problem -> faults.add(pointer, problem.code(), problem.detail()));
        return record;
    }

    /** The member of the object that names a type, where that is allowed; null for none. */
    private static @Nullable String member(ObjectNode object, Map<String, Class<?>> variants) {
        return variants.entrySet().stream()
                .filter(variant ->
                        object.has(variant.getKey()) && variant.getValue().isAnnotationPresent(OrMember.class))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(null);
    }

    /** Faults in the member are told where it stands, not at the component that it stands for. */
    private @Nullable Object member(ObjectNode object, String name, Map<String, Class<?>> variants, String pointer) {
        Class<?> type = Objects.requireNonNull(variants.get(name));
        String component =
                Objects.requireNonNull(type.getAnnotation(OrMember.class)).value();
        ObjectNode full = object.deepCopy();
        full.set(component, full.remove(name));
        List<Problem> found = new ArrayList<>();
        Object record = new Reader(new Faults(found)).record(full, RecordType.of(type), Set.of(), variants, pointer);
        String there = Problem.member(pointer, component);
        String here = Problem.member(pointer, name);
        found.forEach(problem -> faults.add(
                problem.pointer().equals(there) || problem.pointer().startsWith(there + "/")
                        ? here + problem.pointer().substring(there.length())
                        : problem.pointer(),
                problem.code(),
                problem.detail()));
        return record;
    }

    private @Nullable Class<?> named(JsonNode name, Map<String, Class<?>> variants, String pointer) {
        if (!name.isString()) {
            faults.add(pointer, "type.string", "must be a text, was " + Scalars.shown(name));
            return null;
        }
        Class<?> record = Variants.find(variants, name.stringValue());
        if (record == null) {
            String given = name.stringValue();
            faults.add(
                    pointer,
                    "enum",
                    "must be one of " + String.join(", ", variants.keySet()) + "; was \"" + Problem.echo(given) + "\""
                            + Suggestion.hint(given, variants.keySet()));
        }
        return record;
    }

    private @Nullable Object record(
            ObjectNode node, RecordType type, Set<String> known, Map<String, Class<?>> siblings, String pointer) {
        int before = faults.count();
        @Nullable Object[] values = new @Nullable Object[type.fields().size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = field(node, type.fields().get(i), pointer);
        }
        checkNames(node, type, known, siblings, pointer);
        if (faults.count() > before || faults.full()) {
            return null;
        }
        Object record = type.create(values);
        if (record instanceof Constrained constrained) {
            constrained.check((name, code, detail) ->
                    faults.add(name.isEmpty() ? pointer : Problem.member(pointer, name), code, detail));
        }
        return faults.count() > before ? null : record;
    }

    private @Nullable Object field(ObjectNode node, Field field, String pointer) {
        JsonNode value = node.get(field.name());
        String at = Problem.member(pointer, field.name());
        if (value == null || (value.isNull() && (field.nullable() || field.required()))) {
            if (field.required()) {
                faults.add(at, "required", "is required");
            }
            value = field.fallback();
        }
        if (value != null
                && value.isString()
                && isWord(value.stringValue(), field.param().orWord())) {
            return null;
        }
        if (value != null
                && value.isString()
                && isWord(value.stringValue(), field.param().wordForOne())) {
            value = JsonNodeFactory.instance.numberNode(1);
        }
        return value == null ? null : value(value, field.type(), field.param(), at);
    }

    private static boolean isWord(String text, String word) {
        return !text.isEmpty() && text.equals(word);
    }

    private void checkNames(
            ObjectNode node, RecordType type, Set<String> known, Map<String, Class<?>> siblings, String pointer) {
        Set<String> names = type.fields().stream().map(Field::name).collect(Collectors.toSet());
        for (String name : node.propertyNames()) {
            if (!names.contains(name) && !known.contains(name)) {
                unknown(name, names, siblings, pointer);
            }
        }
    }

    private void unknown(String name, Set<String> names, Map<String, Class<?>> siblings, String pointer) {
        String at = Problem.member(pointer, name);
        String owners = siblings.entrySet().stream()
                .filter(sibling -> RecordType.of(sibling.getValue()).fields().stream()
                        .anyMatch(field -> field.name().equals(name)))
                .map(Map.Entry::getKey)
                .collect(Collectors.joining(", "));
        if (owners.isEmpty()) {
            String hint = Suggestion.hint(name, names);
            faults.add(at, "unknown-field", "there is no " + Problem.echo(name) + " here" + hint);
        } else {
            faults.add(at, "option.not-applicable", name + " is an option of " + owners + ", not of this type");
        }
    }

    private <T> @Nullable T notAnObject(JsonNode node, String pointer) {
        faults.add(pointer, "type.object", "must be an object, was " + Scalars.shown(node));
        return null;
    }
}
