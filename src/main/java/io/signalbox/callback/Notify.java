package io.signalbox.callback;

import io.signalbox.spec.schema.Constrained;
import io.signalbox.spec.schema.Described;
import io.signalbox.spec.schema.Param;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Sends messages at named events, by webhook and e-mail. The server does it, from the committed events, and not the trainer:
 * so that {@code failed} is sent though the trainer was killed, nothing waits for a network in training, and one place
 * guards what can be reached. In the trainer this only says so.
 */
public final class Notify implements Callback {

    /** What stands where a secret is, in a spec that is shown. */
    public static final String MASK = "***";

    private static final Pattern PLACEHOLDER = Pattern.compile("\\{([^{}]*)}");
    private static final List<String> PLACEHOLDERS =
            List.of("job_id", "name", "event", "state", "outcome", "reason", "epoch", "step", "message");

    @Described("Sends a message by webhook or e-mail at named events")
    public record Params(
            @Param(
                    value =
                            "What to send a message at; ended is any end, callback whatever a callback did or warned of",
                    defaultValue = "[\"ended\", \"alert\"]",
                    oneOf = {
                        "started",
                        "ended",
                        "completed",
                        "failed",
                        "stopped",
                        "cancelled",
                        "retried",
                        "alert",
                        "callback",
                        "checkpoint_saved",
                        "learning_rate_changed",
                        "restored"
                    },
                    minItems = 1,
                    maxItems = 12,
                    unique = true,
                    orOne = true)
            List<String> on,

            @Param(value = "Web address that the message is posted to as JSON", maxLength = 2048, secret = true)
            @Nullable
            String url,

            @Param(value = "Headers of the request, such as Authorization", secret = true) @Nullable
            ObjectNode headers,

            @Param(
                    value = "Member of the JSON that holds the text: text for Slack, content for Discord",
                    defaultValue = "\"text\"",
                    pattern = "[A-Za-z_][A-Za-z0-9_]{0,63}")
            String field,

            @Param(value = "E-mail addresses", maxItems = 10, orOne = true, pattern = "[^@\\s<>,;\"]+@[^@\\s<>,;\"]+")
            @Nullable
            List<String> to,

            @Param(
                    value =
                            "The text, with {job_id}, {name}, {event}, {state}, {outcome}, {reason}, {epoch}, {step} and"
                                    + " {message} filled in",
                    defaultValue = "\"{name}: {event}. {message}\"",
                    maxLength = 2000)
            String template)
            implements Constrained {

        @Override
        public void check(Rules rules) {
            if (url == null && (to == null || to.isEmpty())) {
                rules.broken("", "required", "must have a url or a list of addresses in to");
            }
            if (url != null) {
                WebTarget.checkUrl("url", url, rules);
            }
            WebTarget.checkHeaders(headers, rules);
            Matcher placeholders = PLACEHOLDER.matcher(template);
            while (placeholders.find()) {
                if (!PLACEHOLDERS.contains(placeholders.group(1))) {
                    String detail = "must hold only {" + String.join("}, {", PLACEHOLDERS) + "}";
                    rules.broken("template", "template.field", detail);
                }
            }
        }

        /** The text; what has no value is filled in as nothing. */
        public String text(Map<String, String> values) {
            return PLACEHOLDER
                    .matcher(template)
                    .replaceAll(match -> Matcher.quoteReplacement(values.getOrDefault(match.group(1), "")))
                    .strip();
        }

        /** The headers by name. */
        public Map<String, String> headerMap() {
            return WebTarget.headers(headers);
        }
    }

    private final String name;
    private final Params params;

    Notify(String name, Params params) {
        this.name = name;
        this.params = params;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String explain(Run run) {
        Map<String, String> ways = new TreeMap<>();
        if (params.url() != null) {
            ways.put("webhook", "");
        }
        if (params.to() != null) {
            ways.put("e-mail", "");
        }
        return "the server sends a message by " + String.join(" and ", ways.keySet()) + " at "
                + String.join(", ", params.on());
    }
}
