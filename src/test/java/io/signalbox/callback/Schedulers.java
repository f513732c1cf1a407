package io.signalbox.callback;

import io.signalbox.spec.CallbackSpec;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Learning-rate schedulers as a spec names them. */
final class Schedulers {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private Schedulers() {}

    /** One by name of {@code schedule} with a CEL expression. */
    static Callback of(String expression) {
        return with(JSON.createObjectNode().put("schedule", expression));
    }

    /** One by name of {@code schedule} with these parameters. */
    static Callback with(String params) {
        return with((ObjectNode) JSON.readTree(params));
    }

    private static Callback with(ObjectNode params) {
        CallbackSpec spec = new CallbackSpec("LearningRateScheduler", "schedule", params);
        return new Callbacks().create(List.of(spec)).get(0);
    }
}
