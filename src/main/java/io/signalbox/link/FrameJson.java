package io.signalbox.link;

import io.signalbox.event.Event;
import io.signalbox.event.EventJson;
import io.signalbox.link.Frame.Ack;
import io.signalbox.link.Frame.CommandFrame;
import io.signalbox.link.Frame.Events;
import io.signalbox.link.Frame.Files;
import io.signalbox.link.Frame.FilesAsked;
import io.signalbox.link.Frame.Hello;
import io.signalbox.link.Frame.Interrupt;
import io.signalbox.link.Frame.Ping;
import io.signalbox.link.Frame.Pong;
import io.signalbox.link.Frame.Progress;
import io.signalbox.link.Frame.Refused;
import io.signalbox.link.Frame.Welcome;
import io.signalbox.spec.CommandRequest;
import io.signalbox.spec.SpecParser;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What stands in a frame: a JSON object with its {@code type}. Unknown fields and types are passed over. */
final class FrameJson {

    private static final String EVENTS = "events";
    private static final String COMMAND = "command";
    private static final String AGAIN = "again";
    private static final Map<String, Class<? extends Frame>> PLAIN = Map.of(
            "hello", Hello.class,
            "welcome", Welcome.class,
            "refused", Refused.class,
            "ack", Ack.class,
            "interrupt", Interrupt.class,
            "progress", Progress.class,
            "files_asked", FilesAsked.class,
            "files", Files.class,
            "ping", Ping.class,
            "pong", Pong.class);
    private static final Map<Class<?>, String> NAMES = new HashMap<>();
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .build();

    static {
        PLAIN.forEach((name, type) -> NAMES.put(type, name));
    }

    private FrameJson() {}

    static byte[] encode(Frame frame) {
        if (frame instanceof Events events) {
            return encode(events.events());
        }
        ObjectNode json = MAPPER.createObjectNode();
        if (frame instanceof CommandFrame command) {
            json.put("type", COMMAND).put("id", command.request().id());
            json.set(COMMAND, SpecParser.toJson(command.request()));
            if (command.request().again() != null) {
                json.put(AGAIN, command.request().again());
            }
        } else {
            json.put("type", NAMES.get(frame.getClass()));
            json.setAll((ObjectNode) MAPPER.valueToTree(frame));
        }
        return json.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] encode(List<Event> events) {
        StringBuilder json = new StringBuilder("{\"type\":\"events\",\"events\":[");
        String separator = "";
        for (Event event : events) {
            json.append(separator).append(EventJson.write(event));
            separator = ",";
        }
        return json.append("]}").toString().getBytes(StandardCharsets.UTF_8);
    }

    /** The frame, empty for one of a type that this version does not know. */
    static Optional<Frame> decode(byte[] payload) throws ProtocolException {
        try {
            JsonNode json = MAPPER.readTree(payload);
            String type = json.path("type").asString("");
            if (type.equals(EVENTS)) {
                return Optional.of(events(json));
            }
            if (type.equals(COMMAND)) {
                return Optional.of(command(json));
            }
            if (type.isEmpty()) {
                throw new ProtocolException("a frame without a type");
            }
            Class<? extends Frame> plain = PLAIN.get(type);
            return plain == null ? Optional.empty() : Optional.of(MAPPER.treeToValue(json, plain));
        } catch (JacksonException e) {
            throw new ProtocolException(
                    "a frame whose content is not what its type says: " + e.getOriginalMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new ProtocolException("a frame whose content is not what its type says: " + e.getMessage(), e);
        }
    }

    private static Events events(JsonNode json) {
        List<Event> events = new ArrayList<>();
        json.path(EVENTS).forEach(event -> events.add(EventJson.read(event)));
        return new Events(events);
    }

    private static CommandFrame command(JsonNode json) throws ProtocolException {
        if (!(json.get(COMMAND) instanceof ObjectNode command)
                || !json.path("id").isString()) {
            throw new ProtocolException("a command frame without its command or its id");
        }
        JsonNode again = json.path(AGAIN);
        return new CommandFrame(new CommandRequest(
                json.path("id").stringValue(),
                SpecParser.parseCommand(command).command(),
                again.isIntegralNumber() ? (Long) again.longValue() : null));
    }
}
