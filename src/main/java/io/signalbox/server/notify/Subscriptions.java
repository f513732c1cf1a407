package io.signalbox.server.notify;

import io.signalbox.callback.Notify;
import io.signalbox.callback.RemoteMonitor;
import io.signalbox.spec.Problem;
import io.signalbox.spec.schema.Binder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Who is told of a job's events, by the name of the callback in its spec.
 *
 * @param jobName as people call the job
 */
record Subscriptions(String jobName, Map<String, Notify.Params> notifies, Map<String, RemoteMonitor.Params> monitors) {

    /** Those of a job's spec, as it is kept. */
    static Subscriptions of(long jobId, JsonNode spec) {
        Map<String, Notify.Params> notifies = new LinkedHashMap<>();
        Map<String, RemoteMonitor.Params> monitors = new LinkedHashMap<>();
        for (JsonNode callback : spec.path("callbacks")) {
            String name = callback.path("name").asString("");
            switch (callback.path("type").asString("")) {
                case "Notify" -> notifies.put(name, bind(callback, Notify.Params.class));
                case "RemoteMonitor" -> monitors.put(name, bind(callback, RemoteMonitor.Params.class));
                default -> {
                    // is of the trainer alone
                }
            }
        }
        return new Subscriptions(spec.path("name").asString("job " + jobId), notifies, monitors);
    }

    private static <P extends Record> P bind(JsonNode callback, Class<P> params) {
        ObjectNode given = (ObjectNode) callback.deepCopy();
        given.remove(List.of("type", "name"));
        List<Problem> problems = new ArrayList<>();
        P bound = Binder.bind(given, params, "#", problems);
        if (bound == null) {
            throw new IllegalStateException("a kept spec is not valid: " + problems);
        }
        return bound;
    }

    boolean areNone() {
        return notifies.isEmpty() && monitors.isEmpty();
    }
}
