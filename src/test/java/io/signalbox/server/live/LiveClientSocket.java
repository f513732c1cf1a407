package io.signalbox.server.live;

import io.signalbox.server.Caller;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A dashboard's end of the live socket. */
final class LiveClientSocket implements WebSocket.Listener, AutoCloseable {

    private static final JsonMapper JSON = new JsonMapper();

    private final List<JsonNode> messages = new CopyOnWriteArrayList<>();
    private final StringBuilder partial = new StringBuilder();
    private final WebSocket socket;
    private volatile boolean reading = true;
    private volatile int closed;

    LiveClientSocket(Caller caller) {
        socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .header("Authorization", "Bearer " + caller.token())
                .buildAsync(URI.create("ws://localhost:" + caller.port() + "/api/v1/live"), this)
                .join();
    }

    LiveClientSocket say(String text) {
        socket.sendText(text, true).join();
        return this;
    }

    /** Says something that the server may not hear out: whether it was sent whole is of no interest. */
    void sayUnheard(String text) {
        socket.sendText(text, true);
    }

    /** Reads no more until {@link #readOn}: what the server sends backs up. */
    void stopReading() {
        reading = false;
    }

    void readOn() {
        reading = true;
        socket.request(1);
    }

    @Override
    public void onOpen(WebSocket opened) {
        opened.request(1);
    }

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        partial.append(data);
        if (last) {
            messages.add(JSON.readTree(partial.toString()));
            partial.setLength(0);
        }
        if (reading) {
            from.request(1);
        }
        return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket from, int statusCode, String reason) {
        closed = statusCode;
        return null;
    }

    List<JsonNode> messages() {
        return messages;
    }

    /** The seqs of all events told so far, in the order they came. */
    List<Long> seqs() {
        List<Long> seqs = new ArrayList<>();
        for (JsonNode message : messages) {
            message.path("events").forEach(event -> seqs.add(event.get("seq").asLong()));
        }
        return seqs;
    }

    int closeStatus() {
        return closed;
    }

    @Override
    public void close() {
        socket.abort();
    }
}
