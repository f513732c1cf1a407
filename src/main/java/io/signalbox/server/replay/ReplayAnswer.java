package io.signalbox.server.replay;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.signalbox.callback.replay.Replay;
import io.signalbox.callback.replay.ReplayResult;
import io.signalbox.callback.replay.ReplayRun.Told;
import io.signalbox.event.Event;
import io.signalbox.event.EventJson;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What is answered: what the callbacks would have done, once or for each value of what varies. */
sealed interface ReplayAnswer {

    /**
     * What one set of callbacks would have done.
     *
     * @param timeline what they told, as events
     */
    record Single(@JsonUnwrapped ReplayResult result, List<JsonNode> timeline) implements ReplayAnswer {

        private static final JsonMapper JSON = new JsonMapper();

        static Single of(Replay.Outcome outcome, long jobId, Instant at) {
            List<JsonNode> timeline = new ArrayList<>();
            for (Told told : outcome.timeline()) {
                Event event = new Event(timeline.size(), at, jobId, 0, told.epoch(), told.step(), told.detail());
                timeline.add(JSON.readTree(EventJson.write(event)));
            }
            return new Single(outcome.result(), timeline);
        }
    }

    /** One answer for each value. */
    record Varied(List<Variant> variants) implements ReplayAnswer {

        /** The value, and what the callbacks would have done with it. */
        record Variant(JsonNode value, @JsonUnwrapped Single answer) {}
    }
}
