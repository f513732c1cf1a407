package io.signalbox.server.command;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonIgnore;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A command as the API shows it: its arguments stand beside the other fields. */
record CommandView(
        String id,
        String type,
        @JsonIgnore ObjectNode arguments,
        String requestedBy,
        Instant requestedAt,
        CommandState state,
        @Nullable Applied appliedAt,
        @Nullable String message) {

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
