package io.signalbox.server.live;

import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a live client asks for.
 *
 * @param subscribe false to unsubscribe
 * @param jobs summaries of jobs, else one job's events
 * @param jobIds of which jobs summaries; null for all
 * @param after seq to go on after, -1 from the start
 * @param stepsAfter what single steps told up to this seq is left out; -1 for nothing
 */
record LiveRequest(
        boolean subscribe, boolean jobs, @Nullable Set<Long> jobIds, long jobId, long after, long stepsAfter) {

    /** Null for anything that is not such a request. */
    static @Nullable LiveRequest parse(String text, JsonMapper json) {
        JsonNode node;
        try {
            node = json.readTree(text);
        } catch (JacksonException e) {
            return null;
        }
        boolean subscribe = node.has("subscribe");
        String what = node.path(subscribe ? "subscribe" : "unsubscribe").asString("");
        if (what.equals("jobs")) {
            return summaries(subscribe, node.path("job_ids"));
        }
        boolean valid = what.equals("job")
                && node.path("job_id").isIntegralNumber()
                && (!node.has("after") || node.path("after").isIntegralNumber())
                && (!node.has("steps_after") || node.path("steps_after").isIntegralNumber());
        return valid
                ? new LiveRequest(
                        subscribe,
                        false,
                        null,
                        node.get("job_id").asLong(),
                        node.path("after").asLong(-1),
                        node.path("steps_after").asLong(-1))
                : null;
    }

    private static @Nullable LiveRequest summaries(boolean subscribe, JsonNode ids) {
        if (ids.isMissingNode()) {
            return new LiveRequest(subscribe, true, null, 0, -1, -1);
        }
        boolean valid = ids.isArray() && ids.valueStream().allMatch(JsonNode::isIntegralNumber);
        return valid
                ? new LiveRequest(
                        subscribe, true, ids.valueStream().map(JsonNode::asLong).collect(Collectors.toSet()), 0, -1, -1)
                : null;
    }
}
