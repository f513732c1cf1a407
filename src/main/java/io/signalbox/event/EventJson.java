package io.signalbox.event;

import io.signalbox.event.EventDetail.CallbackActed;
import java.io.StringWriter;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.SerializableString;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.io.SerializedString;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Events as JSON: the envelope's fields and the detail's side by side, names in snake case. Every field is there, null
 * where it has no value; times are UTC with exactly three digits of a second; numbers that are not finite are the strings
 * {@code "NaN"}, {@code "Infinity"} and {@code "-Infinity"}. Thread-safe.
 */
public final class EventJson {

    private static final int USUAL_LENGTH = 256;
    private static final int NANOS_OF_MILLI = 1_000_000;

    /** Years written as four digits. */
    private static final int FIRST_PLAIN_YEAR = 0;

    private static final int LAST_PLAIN_YEAR = 9999;
    private static final String PLAIN = "0000-00-00T00:00:00.000Z";
    private static final DateTimeFormatter TIME =
            new DateTimeFormatterBuilder().appendInstant(3).toFormatter();
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();
    private static final JsonMapper MAPPER = new JsonMapper(FACTORY);

    /** Names of the envelope, escaped once and for all: that takes as long as writing the values. */
    private static final SerializableString SEQ = new SerializedString("seq");

    private static final SerializableString AT = new SerializedString("at");
    private static final SerializableString JOB_ID = new SerializedString("job_id");
    private static final SerializableString ATTEMPT = new SerializedString("attempt");
    private static final SerializableString TYPE = new SerializedString("type");
    private static final SerializableString EPOCH = new SerializedString("epoch");
    private static final SerializableString STEP = new SerializedString("step");

    private static final Map<Class<?>, String> TYPES = new HashMap<>();
    private static final Map<String, DetailCodec> CODECS = new HashMap<>();

    static {
        for (Class<?> type : EventDetail.class.getPermittedSubclasses()) {
            String name = type == CallbackActed.class ? "callback" : DetailCodec.snakeCase(type.getSimpleName());
            TYPES.put(type, name);
            CODECS.put(name, new DetailCodec(type));
        }
    }

    private EventJson() {}

    /** One line without line breaks. */
    public static String write(Event event) {
        StringWriter text = new StringWriter(USUAL_LENGTH);
        try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
            write(event, json);
        }
        return text.toString();
    }

    private static void write(Event event, JsonGenerator json) {
        String type = typeOf(event.detail());
        json.writeStartObject();
        json.writeName(SEQ);
        json.writeNumber(event.seq());
        json.writeName(AT);
        json.writeString(time(event.at()));
        json.writeName(JOB_ID);
        json.writeNumber(event.jobId());
        json.writeName(ATTEMPT);
        json.writeNumber(event.attempt());
        json.writeName(TYPE);
        json.writeString(type);
        json.writeName(EPOCH);
        writeOptional(json, event.epoch());
        json.writeName(STEP);
        writeOptional(json, event.step());
        codec(type).write(json, event.detail());
        json.writeEndObject();
    }

    /** What {@link #TIME} would write: the formatter's own way costs as much as all the rest of an event. */
    private static String time(Instant at) {
        LocalDateTime time = LocalDateTime.ofEpochSecond(at.getEpochSecond(), at.getNano(), ZoneOffset.UTC);
        if (time.getYear() < FIRST_PLAIN_YEAR || time.getYear() > LAST_PLAIN_YEAR) {
            return TIME.format(at);
        }
        char[] text = PLAIN.toCharArray();
        put(time.getYear(), text, 4);
        put(time.getMonthValue(), text, 7);
        put(time.getDayOfMonth(), text, 10);
        put(time.getHour(), text, 13);
        put(time.getMinute(), text, 16);
        put(time.getSecond(), text, 19);
        put(time.getNano() / NANOS_OF_MILLI, text, 23);
        return new String(text);
    }

    /** Puts a number's digits in front of {@code end}. */
    private static void put(int number, char[] text, int end) {
        int at = end;
        for (int left = number; left > 0; left /= 10) {
            text[--at] = (char) ('0' + left % 10);
        }
    }

    private static void writeOptional(JsonGenerator json, @Nullable Number value) {
        if (value == null) {
            json.writeNull();
        } else {
            json.writeNumber(value.longValue());
        }
    }

    /**
     * Reads what {@link #write} wrote. Unknown fields are passed over.
     *
     * @throws IllegalArgumentException for anything else
     */
    public static Event read(String json) {
        try {
            return read(MAPPER.readTree(json));
        } catch (JacksonException e) {
            throw new IllegalArgumentException("not the JSON of an event: " + e.getOriginalMessage(), e);
        }
    }

    /**
     * Reads an event that stands within other JSON.
     *
     * @throws IllegalArgumentException for JSON that is no event
     */
    public static Event read(JsonNode json) {
        return new Event(
                (Long) required(json, "seq", FieldKind.LONG),
                time(json),
                (Long) required(json, "job_id", FieldKind.LONG),
                (Integer) required(json, "attempt", FieldKind.INTEGER),
                (Integer) optional(json, "epoch", FieldKind.INTEGER),
                (Long) optional(json, "step", FieldKind.LONG),
                codec((String) required(json, "type", FieldKind.STRING)).read(json));
    }

    private static Instant time(JsonNode json) {
        String text = (String) required(json, "at", FieldKind.STRING);
        try {
            return isPlain(text) ? plainTime(text) : TIME.parse(text, Instant::from);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("at: " + e.getMessage(), e);
        }
    }

    /** Whether it is what {@link #time(Instant)} writes of most years, which the formatter takes longer to read than all the rest. */
    private static boolean isPlain(String text) {
        boolean plain = text.length() == PLAIN.length();
        for (int i = 0; plain && i < PLAIN.length(); i++) {
            char expected = PLAIN.charAt(i);
            char found = text.charAt(i);
            plain = expected == '0' ? found >= '0' && found <= '9' : found == expected;
        }
        return plain;
    }

    private static Instant plainTime(String text) {
        return LocalDateTime.of(
                        number(text, 0, 4),
                        number(text, 5, 7),
                        number(text, 8, 10),
                        number(text, 11, 13),
                        number(text, 14, 16),
                        number(text, 17, 19),
                        number(text, 20, 23) * NANOS_OF_MILLI)
                .toInstant(ZoneOffset.UTC);
    }

    private static int number(String text, int from, int to) {
        return Integer.parseInt(text, from, to, 10);
    }

    private static Object required(JsonNode json, String name, FieldKind kind) {
        Object value = optional(json, name, kind);
        if (value == null) {
            throw new IllegalArgumentException(name + ": is missing");
        }
        return value;
    }

    private static @Nullable Object optional(JsonNode json, String name, FieldKind kind) {
        JsonNode value = json.get(name);
        return value == null || value.isNull() ? null : kind.read(value);
    }

    private static DetailCodec codec(String type) {
        DetailCodec codec = CODECS.get(type);
        if (codec == null) {
            throw new IllegalArgumentException("type: unknown event type " + type);
        }
        return codec;
    }

    /** The type's name on the wire, such as {@code batch_end}. */
    public static String typeOf(EventDetail detail) {
        String type = TYPES.get(detail.getClass());
        if (type == null) {
            throw new IllegalStateException("unknown kind of event " + detail.getClass());
        }
        return type;
    }
}
