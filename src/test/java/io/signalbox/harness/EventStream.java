package io.signalbox.harness;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** Listens to a job's server-sent events until the service closes the stream. */
public final class EventStream implements AutoCloseable {

    /** One event as it came: its {@code id:} and its data. */
    public record Received(long id, JsonNode event) {}

    private final List<Received> received = new CopyOnWriteArrayList<>();
    private final Stream<String> lines;
    private final CompletableFuture<Void> closed;

    /** Listens from the start, or behind {@code lastEventId} where that is 0 or more. */
    public EventStream(Api api, long jobId, long lastEventId) {
        var request = api.request("/jobs/" + jobId + "/events/stream").header("Accept", "text/event-stream");
        if (lastEventId >= 0) {
            request.header("Last-Event-ID", Long.toString(lastEventId));
        }
        HttpResponse<Stream<String>> response = api.send(request, HttpResponse.BodyHandlers.ofLines());
        if (response.statusCode() != 200) {
            throw new AssertionError("the event stream answered " + response.statusCode());
        }
        lines = response.body();
        closed = CompletableFuture.runAsync(this::read, task -> {
            Thread reader = new Thread(task, "event-stream");
            reader.setDaemon(true);
            reader.start();
        });
    }

    private void read() {
        long[] id = {-1};
        lines.forEach(line -> {
            if (line.startsWith("id:")) {
                id[0] = Long.parseLong(line.substring(3).strip());
            } else if (line.startsWith("data:")) {
                received.add(new Received(id[0], Json.read(line.substring(5).strip())));
            }
        });
    }

    public List<Received> received() {
        return List.copyOf(received);
    }

    /** Completes when the service closes the stream. */
    public CompletableFuture<Void> closed() {
        return closed;
    }

    @Override
    public void close() {
        lines.close();
    }
}
