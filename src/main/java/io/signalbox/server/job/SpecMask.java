package io.signalbox.server.job;

import io.signalbox.callback.Notify;
import io.signalbox.spec.CallbackTypes;
import java.net.URI;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A spec, or a command that changes it, as it is shown: without the values of parameters that are secrets. */
public final class SpecMask {

    private SpecMask() {}

    /** Masks in place; the spec is the caller's own. */
    static JsonNode apply(JsonNode spec, CallbackTypes types) {
        for (JsonNode callback : spec.path("callbacks")) {
            mask(callback, callback.path("type").asString(""), types);
        }
        return spec;
    }

    /** Masks a command that has a callback, or parameters of one whose type it does not say; in place. */
    public static void applyToCommand(ObjectNode command, CallbackTypes types) {
        JsonNode callback = command.path("callback");
        mask(callback, callback.path("type").asString(""), types);
        if (command.has("params")) {
            types.types().forEach(type -> mask(command.get("params"), type, types));
        }
    }

    private static void mask(JsonNode callback, String type, CallbackTypes types) {
        ObjectNode schema = types.schema(type);
        if (schema != null && callback instanceof ObjectNode params) {
            for (Map.Entry<String, JsonNode> parameter :
                    schema.path("properties").properties()) {
                JsonNode value = params.get(parameter.getKey());
                if (value != null && parameter.getValue().path("writeOnly").asBoolean(false)) {
                    params.set(parameter.getKey(), masked(value));
                }
            }
        }
    }

    private static JsonNode masked(JsonNode value) {
        if (value instanceof ObjectNode object) {
            ObjectNode masked = JsonNodeFactory.instance.objectNode();
            object.propertyNames().forEach(name -> masked.put(name, Notify.MASK));
            return masked;
        }
        return JsonNodeFactory.instance.stringNode(text(value.asString("")));
    }

    /** Of a web address the host stays, for people to know it by. */
    private static String text(String value) {
        try {
            URI uri = URI.create(value);
            return uri.getHost() == null
                    ? Notify.MASK
                    : uri.getScheme() + "://" + uri.getRawAuthority() + "/" + Notify.MASK;
        } catch (IllegalArgumentException e) {
            return Notify.MASK;
        }
    }
}
