package io.signalbox.event;

import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;

/** How one kind of field stands in JSON. */
enum FieldKind {
    INTEGER {
        @Override
        void write(JsonGenerator json, Object value) {
            json.writeNumber((Integer) value);
        }

        @Override
        Object read(JsonNode json) {
            require(json.isIntegralNumber() && json.canConvertToInt(), "an integer", json);
            return json.intValue();
        }
    },
    LONG {
        @Override
        void write(JsonGenerator json, Object value) {
            json.writeNumber((Long) value);
        }

        @Override
        Object read(JsonNode json) {
            require(json.isIntegralNumber() && json.canConvertToLong(), "an integer", json);
            return json.longValue();
        }
    },
    DOUBLE {
        @Override
        void write(JsonGenerator json, Object value) {
            writeDouble(json, (Double) value);
        }

        @Override
        Object read(JsonNode json) {
            return readDouble(json);
        }
    },
    STRING {
        @Override
        void write(JsonGenerator json, Object value) {
            json.writeString((String) value);
        }

        @Override
        Object read(JsonNode json) {
            require(json.isString(), "a string", json);
            return json.stringValue();
        }
    },
    BOOLEAN {
        @Override
        void write(JsonGenerator json, Object value) {
            json.writeBoolean((Boolean) value);
        }

        @Override
        Object read(JsonNode json) {
            require(json.isBoolean(), "true or false", json);
            return json.booleanValue();
        }
    },
    DOUBLES {
        @Override
        void write(JsonGenerator json, Object value) {
            json.writeStartArray();
            ((List<?>) value).forEach(item -> writeDouble(json, (Double) item));
            json.writeEndArray();
        }

        @Override
        Object read(JsonNode json) {
            require(json.isArray(), "an array", json);
            List<Double> items = new ArrayList<>(json.size());
            json.forEach(item -> items.add(readDouble(item)));
            return List.copyOf(items);
        }
    },
    STATE {
        @Override
        void write(JsonGenerator json, Object value) {
            json.writeString(((JobState) value).wireName());
        }

        @Override
        Object read(JsonNode json) {
            return JobState.valueOf(constantName(json));
        }
    },
    OUTCOME {
        @Override
        void write(JsonGenerator json, Object value) {
            json.writeString(((Outcome) value).wireName());
        }

        @Override
        Object read(JsonNode json) {
            return Outcome.valueOf(constantName(json));
        }
    },
    STRINGS {
        @Override
        void write(JsonGenerator json, Object value) {
            json.writeStartArray();
            ((List<?>) value).forEach(item -> json.writeString((String) item));
            json.writeEndArray();
        }

        @Override
        Object read(JsonNode json) {
            require(json.isArray(), "an array", json);
            List<String> items = new ArrayList<>(json.size());
            json.forEach(item -> items.add((String) STRING.read(item)));
            return List.copyOf(items);
        }
    },
    EXPLANATIONS {
        @Override
        void write(JsonGenerator json, Object value) {
            json.writeStartArray();
            for (Object item : (List<?>) value) {
                Explanation explanation = (Explanation) item;
                json.writeStartObject();
                json.writeStringProperty("name", explanation.name());
                json.writeStringProperty("type", explanation.type());
                json.writeStringProperty("text", explanation.text());
                json.writeEndObject();
            }
            json.writeEndArray();
        }

        @Override
        Object read(JsonNode json) {
            require(json.isArray(), "an array", json);
            List<Explanation> items = new ArrayList<>(json.size());
            json.forEach(
                    item -> items.add(new Explanation(text(item, "name"), text(item, "type"), text(item, "text"))));
            return List.copyOf(items);
        }

        private static String text(JsonNode item, String field) {
            return (String) STRING.read(item.path(field));
        }
    },
    METRICS {
        @Override
        void write(JsonGenerator json, Object value) {
            json.writeStartObject();
            ((Map<?, ?>) value).forEach((name, metric) -> {
                json.writeName((String) name);
                writeDouble(json, (Double) metric);
            });
            json.writeEndObject();
        }

        @Override
        Object read(JsonNode json) {
            require(json.isObject(), "an object", json);
            Map<String, Double> metrics = new LinkedHashMap<>();
            json.properties().forEach(metric -> metrics.put(metric.getKey(), readDouble(metric.getValue())));
            return metrics;
        }
    };

    private static final Map<String, FieldKind> BY_TYPE = Map.ofEntries(
            Map.entry("int", INTEGER),
            Map.entry(Integer.class.getTypeName(), INTEGER),
            Map.entry("long", LONG),
            Map.entry(Long.class.getTypeName(), LONG),
            Map.entry("double", DOUBLE),
            Map.entry(Double.class.getTypeName(), DOUBLE),
            Map.entry("boolean", BOOLEAN),
            Map.entry("java.util.List<java.lang.Double>", DOUBLES),
            Map.entry(String.class.getTypeName(), STRING),
            Map.entry(JobState.class.getTypeName(), STATE),
            Map.entry(Outcome.class.getTypeName(), OUTCOME),
            Map.entry("java.util.List<java.lang.String>", STRINGS),
            Map.entry("java.util.List<io.signalbox.event.Explanation>", EXPLANATIONS),
            Map.entry("java.util.Map<java.lang.String, java.lang.Double>", METRICS));

    abstract void write(JsonGenerator json, Object value);

    /** Throws {@link IllegalArgumentException} for JSON of another kind. */
    abstract Object read(JsonNode json);

    static FieldKind of(Type type) {
        FieldKind kind = BY_TYPE.get(type.getTypeName());
        if (kind == null) {
            throw new IllegalStateException("no JSON form for a field of type " + type);
        }
        return kind;
    }

    private static void writeDouble(JsonGenerator json, double value) {
        if (Double.isFinite(value)) {
            json.writeNumber(value);
        } else {
            json.writeString(Double.toString(value));
        }
    }

    private static double readDouble(JsonNode json) {
        if (json.isNumber()) {
            return json.doubleValue();
        }
        return switch (json.isString() ? json.stringValue() : "") {
            case "NaN" -> Double.NaN;
            case "Infinity" -> Double.POSITIVE_INFINITY;
            case "-Infinity" -> Double.NEGATIVE_INFINITY;
            default -> throw new IllegalArgumentException("expected a number, found " + brief(json));
        };
    }

    private static String constantName(JsonNode json) {
        return ((String) STRING.read(json)).toUpperCase(Locale.ROOT);
    }

    private static void require(boolean holds, String expected, JsonNode found) {
        if (!holds) {
            throw new IllegalArgumentException("expected " + expected + ", found " + brief(found));
        }
    }

    private static String brief(JsonNode json) {
        String text = json.toString();
        return text.length() <= 64 ? text : text.substring(0, 64) + "…";
    }
}
