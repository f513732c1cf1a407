package io.signalbox.server.notify;

import jakarta.annotation.PreDestroy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.io.entity.StringEntity;
import org.apache.hc.core5.io.Closer;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Posts to web addresses that specs name. Connects only to {@link ReachableAddresses}, follows no redirect, uses no proxy
 * and reads of an answer nothing but its head. Thread-safe.
 */
@Component
class Webhook {

    private static final int CONNECT_SECONDS = 5;
    private static final int ANSWER_SECONDS = 10;

    /** For all of it together: an answer that drips a byte at a time ends too. */
    private static final int DEADLINE_SECONDS = 15;

    private static final int LONGEST_LINE = 8192;
    private static final int MOST_HEADERS = 100;
    private static final int MOST_CONNECTIONS = 32;
    private static final int TOO_EARLY_OR_MANY = 425;

    private final ReachableAddresses reachable;
    private @Nullable CloseableHttpClient client;
    private final ScheduledExecutorService deadlines = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "webhook-deadlines");
        thread.setDaemon(true);
        return thread;
    });

    /** What became of an attempt; {@code detail} is null where it arrived. */
    record Result(boolean delivered, boolean worthAnotherTry, String detail) {

        static final Result DELIVERED = new Result(true, false, "");
    }

    Webhook(ReachableAddresses reachable) {
        this.reachable = reachable;
    }

    /** Made for the first message: most servers send none, and every start would pay for it. */
    private synchronized CloseableHttpClient client() {
        if (client == null) {
            client = newClient();
        }
        return client;
    }

    private CloseableHttpClient newClient() {
        PoolingHttpClientConnectionManager connections = PoolingHttpClientConnectionManagerBuilder.create()
                .setDnsResolver(new Guarded(reachable))
                .setMaxConnTotal(MOST_CONNECTIONS)
                .setMaxConnPerRoute(MOST_CONNECTIONS)
                .setConnectionFactory(ManagedHttpClientConnectionFactory.builder()
                        .http1Config(Http1Config.custom()
                                .setMaxLineLength(LONGEST_LINE)
                                .setMaxHeaderCount(MOST_HEADERS)
                                .build())
                        .build())
                .setDefaultConnectionConfig(ConnectionConfig.custom()
                        .setConnectTimeout(CONNECT_SECONDS, TimeUnit.SECONDS)
                        .setSocketTimeout(ANSWER_SECONDS, TimeUnit.SECONDS)
                        .build())
                .build();
        return HttpClients.custom()
                .setConnectionManager(connections)
                .setUserAgent("Signalbox")
                .setConnectionReuseStrategy((request, response, context) -> false)
                .disableRedirectHandling()
                .disableAutomaticRetries()
                .disableCookieManagement()
                .disableAuthCaching()
                .disableContentCompression()
                .build();
    }

    /** Resolves names to addresses that may be reached; the client connects to no other. */
    private static final class Guarded extends SystemDefaultDnsResolver {

        private final ReachableAddresses reachable;

        Guarded(ReachableAddresses reachable) {
            this.reachable = reachable;
        }

        @Override
        public InetAddress[] resolve(String host) throws UnknownHostException {
            InetAddress[] found = super.resolve(host);
            InetAddress[] allowed =
                    Arrays.stream(found).filter(reachable::allow).toArray(InetAddress[]::new);
            if (allowed.length == 0) {
                throw new NotReachableException(host);
            }
            return allowed;
        }
    }

    private static final class NotReachableException extends UnknownHostException {
        private static final long serialVersionUID = 1;

        NotReachableException(String host) {
            super(host + " is a private address, which this server's operator has not allowed"
                    + " (signalbox.notifications.allowed-networks)");
        }
    }

    /** Posts and answers what became of it; never throws for what the other side does. */
    Result post(String url, Map<String, String> headers, String contentType, String body) {
        HttpPost request = new HttpPost(URI.create(url));
        headers.forEach(request::setHeader);
        request.setEntity(new StringEntity(body, ContentType.parse(contentType + "; charset=utf-8")));
        Future<?> deadline = deadlines.schedule(request::abort, DEADLINE_SECONDS, TimeUnit.SECONDS);
        try {
            ClassicHttpResponse response = client().executeOpen(null, request, null);
            int status = response.getCode();
            request.abort(); // whatever else it says is not wanted
            Closer.closeQuietly(response);
            return judge(status);
        } catch (NotReachableException e) {
            return new Result(false, false, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            return new Result(
                    false, true, "could not be reached: " + e.getClass().getSimpleName());
        } finally {
            deadline.cancel(false);
        }
    }

    private static Result judge(int status) {
        if (status >= 200 && status < 300) {
            return Result.DELIVERED;
        }
        if (status >= 300 && status < 400) {
            return new Result(false, false, "answered " + status + ", a redirect, which is not followed");
        }
        boolean later = status >= 500 || status == 408 || status == TOO_EARLY_OR_MANY || status == 429;
        return new Result(false, later, "answered " + status);
    }

    @PreDestroy
    synchronized void close() throws IOException {
        deadlines.shutdownNow();
        if (client != null) {
            client.close();
        }
    }
}
