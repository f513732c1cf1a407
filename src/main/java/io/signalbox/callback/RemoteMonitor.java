package io.signalbox.callback;

import io.signalbox.spec.schema.Constrained;
import io.signalbox.spec.schema.Described;
import io.signalbox.spec.schema.Param;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Posts the logs of each epoch to a web address, in the wire format of {@code keras.callbacks.RemoteMonitor}. As with
 * {@link Notify} the server does it, from the committed events, so that training never waits for it.
 */
public final class RemoteMonitor implements Callback {

    /** Keras' arguments and defaults. */
    @Described("Posts the logs of each epoch to a web address, as Keras does")
    public record Params(
            @Param(
                    value = "Address of the server; a private one only where this service's operator allows it",
                    defaultValue = "\"http://localhost:9000\"",
                    maxLength = 2048,
                    secret = true)
            String root,

            @Param(
                    value = "Path behind root",
                    defaultValue = "\"/publish/epoch/end/\"",
                    maxLength = 2048,
                    secret = true)
            String path,

            @Param(
                    value = "Form field that holds the JSON; not used with send_as_json",
                    defaultValue = "\"data\"",
                    maxLength = 128)
            String field,

            @Param(value = "Headers of the request, such as Authorization", secret = true) @Nullable
            ObjectNode headers,

            @Param(value = "Send JSON itself and not a form", defaultValue = "false")
            boolean sendAsJson)
            implements Constrained {

        @Override
        public void check(Rules rules) {
            WebTarget.checkUrl("root", root, rules);
            if (!path.startsWith("/")) {
                rules.broken("path", "format", "must begin with /");
            } else {
                WebTarget.checkUrl("path", root + path, rules);
            }
            WebTarget.checkHeaders(headers, rules);
        }

        /** Where to. */
        public String url() {
            return root + path;
        }

        /** The headers by name. */
        public Map<String, String> headerMap() {
            return WebTarget.headers(headers);
        }

        /** Media type of {@link #body}. */
        public String contentType() {
            return sendAsJson ? "application/json" : "application/x-www-form-urlencoded";
        }

        /**
         * What Keras would send: a form with the JSON in one field, or the JSON. In a form numbers that are not finite
         * are Python's literals ({@code NaN}); as JSON itself, which Keras refuses to send then, they are texts.
         */
        public String body(int epoch, Map<String, Double> logs) {
            if (sendAsJson) {
                ObjectNode json = JsonNodeFactory.instance.objectNode().put("epoch", epoch);
                logs.forEach((metric, value) -> {
                    if (Double.isFinite(value)) {
                        json.put(metric, value);
                    } else {
                        json.put(metric, value.toString());
                    }
                });
                return json.toString();
            }
            return encode(field) + "=" + encode(pythonJson(epoch, logs));
        }

        private static String pythonJson(int epoch, Map<String, Double> logs) {
            StringBuilder json = new StringBuilder("{\"epoch\": ").append(epoch);
            logs.forEach((metric, value) -> json.append(", ")
                    .append(JsonNodeFactory.instance.stringNode(metric))
                    .append(": ")
                    .append(Double.isFinite(value) ? Numbers.repr(value) : value.toString()));
            return json.append('}').toString();
        }

        private static String encode(String text) {
            return URLEncoder.encode(text, StandardCharsets.UTF_8);
        }
    }

    private final String name;

    RemoteMonitor(String name, Params params) {
        this.name = name;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String explain(Run run) {
        return "the server posts the logs of each epoch";
    }
}
