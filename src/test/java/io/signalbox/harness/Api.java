package io.signalbox.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Calls of the service with its token, relative to {@code /api/v1} (or absolute with a leading double slash). */
public final class Api {

    public static final String JSON = "application/json";
    public static final String YAML = "application/yaml";

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();
    private final URI base;
    private final @Nullable String token;

    public Api(URI base, @Nullable String token) {
        this.base = base;
        this.token = token;
    }

    /** The same service for somebody without a token. */
    public Api withoutToken() {
        return new Api(base, null);
    }

    /** The same service for somebody with another token. */
    public Api withToken(String other) {
        return new Api(base, other);
    }

    public Answer get(String path) {
        return send(request(path).GET());
    }

    public Answer get(String path, String accept) {
        return send(request(path).header("Accept", accept).GET());
    }

    public Answer post(String path, String contentType, String body) {
        return post(path, contentType, body, Map.of());
    }

    public Answer post(String path, String contentType, String body, Map<String, String> headers) {
        HttpRequest.Builder request = request(path).header("Content-Type", contentType);
        headers.forEach(request::header);
        return send(request.POST(BodyPublishers.ofString(body)));
    }

    public Answer upload(String path, Multipart form) {
        return send(request(path).header("Content-Type", form.contentType()).POST(form.body()));
    }

    public Answer call(String method, String path) {
        return send(request(path).method(method, BodyPublishers.noBody()));
    }

    public Answer call(String method, String path, String contentType, BodyPublisher body) {
        return send(request(path).header("Content-Type", contentType).method(method, body));
    }

    /** A request to build on, the token set. */
    public HttpRequest.Builder request(String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path)).timeout(PATIENCE);
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        return request;
    }

    public URI uri(String path) {
        return base.resolve(path.startsWith("//") ? path.substring(1) : "/api/v1" + path);
    }

    public Answer send(HttpRequest.Builder request) {
        return Answer.of(send(request, HttpResponse.BodyHandlers.ofByteArray()));
    }

    public <T> HttpResponse<T> send(HttpRequest.Builder request, HttpResponse.BodyHandler<T> handler) {
        try {
            return client.send(request.build(), handler);
        } catch (IOException e) {
            throw new UncheckedIOException(request.build().uri() + ": " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
