package io.signalbox.server.live;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a live client asks for.
 *
 * @param subscribe false to unsubscribe
 * @param jobs all jobs' summaries, else one job's events
 * @param after seq to go on after, -1 from the start
 * @param stepsAfter what single steps told up to this seq is left out; -1 for nothing
 */
record LiveRequest(boolean subscribe, boolean jobs, long jobId, long after, long stepsAfter) {

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
            return new LiveRequest(subscribe, true, 0, -1, -1);
        }
        boolean valid = what.equals("job")
                && node.path("job_id").isIntegralNumber()
                && (!node.has("after") || node.path("after").isIntegralNumber())
                && (!node.has("steps_after") || node.path("steps_after").isIntegralNumber());
        return valid
                ? new LiveRequest(
                        subscribe,
                        false,
                        node.get("job_id").asLong(),
                        node.path("after").asLong(-1),
                        node.path("steps_after").asLong(-1))
                : null;
    }
}
