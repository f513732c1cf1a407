package io.signalbox.callback;

import io.signalbox.spec.schema.Constrained.Rules;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The rules of web addresses and headers that a spec may name. Which hosts may be reached the server says. */
final class WebTarget {

    private static final int MOST_HEADERS = 20;
    private static final int LONGEST_HEADER = 4096;
    private static final Pattern HEADER_NAME = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}");
    private static final Pattern HEADER_VALUE = Pattern.compile("[\\x20-\\x7e\\t]*");

    /** What the client itself sets, and what would make two requests of one. */
    private static final Pattern FORBIDDEN =
            Pattern.compile("(?i)host|content-length|transfer-encoding|connection|upgrade|te|trailer|expect");

    private WebTarget() {}

    static void checkUrl(String parameter, String url, Rules rules) {
        if (url.contains(Notify.MASK)) {
            masked(parameter, rules);
            return;
        }
        try {
            URI uri = new URI(url);
            boolean web = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
            if (!web || uri.getHost() == null || uri.getRawUserInfo() != null || uri.getRawFragment() != null) {
                rules.broken(
                        parameter,
                        "webhook.url",
                        "must be an http or https address with a host, without user and fragment;"
                                + " put credentials into headers");
            }
        } catch (URISyntaxException e) {
            rules.broken(parameter, "webhook.url", "is no web address: " + e.getReason());
        }
    }

    private static void masked(String parameter, Rules rules) {
        rules.broken(
                parameter,
                "secret.masked",
                "holds " + Notify.MASK + ", which stands where a secret is not shown: put the secret itself");
    }

    static void checkHeaders(@Nullable ObjectNode headers, Rules rules) {
        if (headers == null) {
            return;
        }
        if (headers.size() > MOST_HEADERS) {
            rules.broken("headers", "count", "must have at most " + MOST_HEADERS + " elements, had " + headers.size());
        }
        for (Map.Entry<String, JsonNode> header : headers.properties()) {
            String value = header.getValue().asString("");
            if (!HEADER_NAME.matcher(header.getKey()).matches()
                    || FORBIDDEN.matcher(header.getKey()).matches()) {
                rules.broken("headers", "header.name", "must have names of headers that a request may set");
            } else if (!header.getValue().isString()
                    || value.length() > LONGEST_HEADER
                    || !HEADER_VALUE.matcher(value).matches()) {
                rules.broken(
                        "headers", "header.value", "must have values of printable ASCII, at most " + LONGEST_HEADER);
            } else if (value.contains(Notify.MASK)) {
                masked("headers", rules);
            }
        }
    }

    static Map<String, String> headers(@Nullable ObjectNode headers) {
        Map<String, String> map = new LinkedHashMap<>();
        if (headers != null) {
            headers.properties()
                    .forEach(
                            header -> map.put(header.getKey(), header.getValue().asString()));
        }
        return map;
    }
}
