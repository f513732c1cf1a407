package io.signalbox.server.command;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonIgnore;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A command as the API shows it: its arguments stand beside the other fields.
 *
 * @param requestedFrom address of the caller
 * @param before what it changed, as it was; null for one that changed nothing that can be compared
 * @param after likewise, as it was then
 */
record CommandView(
        String id,
        String type,
        @JsonIgnore ObjectNode arguments,
        String requestedBy,
        Instant requestedAt,
        CommandState state,
        @Nullable Applied appliedAt,
        @Nullable String message,
        @Nullable String requestedFrom,
        @Nullable String before,
        @Nullable String after) {

    /** Where in training it took effect; epoch and step are null where the job was not training. */
    record Applied(@Nullable Integer epoch, @Nullable Long step, Instant time) {}

    @JsonAnyGetter
    Map<String, JsonNode> fields() {
        Map<String, JsonNode> fields = new LinkedHashMap<>();
        arguments.properties().forEach(field -> fields.put(field.getKey(), field.getValue()));
        fields.remove("type");
        fields.remove("id");
        return fields;
    }
}
