package io.signalbox.callback;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.spec.Problem;
import io.signalbox.spec.schema.Binder;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What a spec may say of Notify and RemoteMonitor, and what is sent then. */
class NotifyTest {

    private static final JsonMapper JSON = new JsonMapper();

    @Test
    void byDefaultTellsOfTheEndAndOfAlerts() {
        assertThat(bind("{'url': 'https://example.org/hook'}", Notify.Params.class)
                        .on())
                .containsExactly("ended", "alert");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {}                                                             | # required
            {'url': 'ftp://example.org'}                                   | #/url webhook.url
            {'url': 'file:///etc/passwd'}                                  | #/url webhook.url
            {'url': 'https://me:secret@example.org'}                       | #/url webhook.url
            {'url': 'https:///path'}                                       | #/url webhook.url
            {'url': 'https://example.org/a b'}                             | #/url webhook.url
            {'url': 'https://example.org/***'}                             | #/url secret.masked
            {'url': 'https://example.org', 'headers': {'A': 'b\\r\\nC: d'}}| #/headers header.value
            {'url': 'https://example.org', 'headers': {'Host': 'x'}}       | #/headers header.name
            {'url': 'https://example.org', 'headers': {'A b': 'x'}}        | #/headers header.name
            {'url': 'https://example.org', 'headers': {'A': '***'}}        | #/headers secret.masked
            {'url': 'https://example.org', 'template': '{loss}'}           | #/template template.field
            {'to': 'nobody'}                                               | #/to format
            {'to': 'a@b\\nBcc: c@d'}                                       | #/to name.characters
            {'to': 'a@example.org', 'on': ['epoch']}                       | #/on/0 enum
            """)
    void refusesWhatCouldNotBeSentOrWouldSendMoreThanWasMeant(String params, String expected) {
        List<Problem> problems = new ArrayList<>();

        Binder.bind(json(params), Notify.Params.class, "#", problems);

        assertThat(problems).extracting(p -> p.pointer() + " " + p.code()).containsExactly(expected);
    }

    @Test
    void fillsInWhatIsKnownAndLeavesTheRestEmpty() {
        Notify.Params params =
                bind("{'to': 'a@example.org', 'template': '{name} {event} at {epoch}{reason}'}", Notify.Params.class);

        assertThat(params.text(Map.of("name", "$1 {event}", "event", "failed", "epoch", "3")))
                .isEqualTo("$1 {event} failed at 3");
    }

    /** Keras: {@code requests.post(root + path, {field: json.dumps(send)})}. */
    @Test
    void aRemoteMonitorPostsTheFormThatKerasPosts() {
        RemoteMonitor.Params params = bind("{'root': 'https://example.org'}", RemoteMonitor.Params.class);

        assertThat(params.url()).isEqualTo("https://example.org/publish/epoch/end/");
        assertThat(params.contentType()).isEqualTo("application/x-www-form-urlencoded");
        String body = params.body(3, logs());
        assertThat(body).startsWith("data=%7B%22epoch%22");
        assertThat(URLDecoder.decode(body.substring("data=".length()), StandardCharsets.UTF_8))
                .isEqualTo("{\"epoch\": 3, \"loss\": 1e-05, \"val_loss\": NaN, \"accuracy\": 1.0}");
    }

    @Test
    void orJsonItself() {
        RemoteMonitor.Params params =
                bind("{'root': 'https://example.org', 'send_as_json': true}", RemoteMonitor.Params.class);

        assertThat(params.contentType()).isEqualTo("application/json");
        assertThat(params.body(3, logs()))
                .isEqualTo("{\"epoch\":3,\"loss\":1.0E-5,\"val_loss\":\"NaN\",\"accuracy\":1.0}");
    }

    private static Map<String, Double> logs() {
        Map<String, Double> logs = new LinkedHashMap<>();
        logs.put("loss", 1e-5);
        logs.put("val_loss", Double.NaN);
        logs.put("accuracy", 1.0);
        return logs;
    }

    private static <P extends Record> P bind(String params, Class<P> type) {
        List<Problem> problems = new ArrayList<>();
        P bound = Binder.bind(json(params), type, "#", problems);
        assertThat(problems).isEmpty();
        return bound;
    }

    private static ObjectNode json(String text) {
        return (ObjectNode) JSON.readTree(text.replace('\'', '"'));
    }
}
