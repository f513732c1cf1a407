package io.signalbox.bench;

import java.net.http.WebSocket;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A live connection that notes how old the events are that come to it, and whether one is missing or comes twice. */
final class Viewer implements WebSocket.Listener {

    /** Events that any viewer missed or got twice. */
    static final AtomicLong FAULTS = new AtomicLong();

    private static final Pattern EVENT = Pattern.compile("\\{\"seq\":(\\d+),\"at\":\"([^\"]+)\",\"job_id\":(\\d+),");

    private final Ages ages;
    private final StringBuilder partial = new StringBuilder();
    private final Map<Long, Long> next = new HashMap<>();
    private final AtomicLong events = new AtomicLong();
    private final AtomicLong resyncs = new AtomicLong();
    private volatile boolean dropped;
    private WebSocket socket;

    Viewer(Ages ages) {
        this.ages = ages;
    }

    void open(WebSocket opened) {
        socket = opened;
    }

    /** As the dashboard does on a job's page. */
    void watch(long jobId) {
        socket.sendText("{\"subscribe\":\"job\",\"job_id\":" + jobId + ",\"after\":-1}", true)
                .join();
    }

    long events() {
        return events.get();
    }

    long resyncs() {
        return resyncs.get();
    }

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        partial.append(data);
        if (last) {
            take(partial);
            partial.setLength(0);
        }
        from.request(1);
        return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket from, int status, String reason) {
        dropped = true;
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
        dropped = true;
    }

    /** Whether the server took it for dead. */
    boolean dropped() {
        return dropped;
    }

    private void take(CharSequence message) {
        long now = System.currentTimeMillis();
        if (message.toString().startsWith("{\"resync\"")) {
            resyncs.incrementAndGet();
        }
        Matcher event = EVENT.matcher(message);
        while (event.find()) {
            long seq = Long.parseLong(event.group(1));
            Long expected = next.put(Long.parseLong(event.group(3)), seq + 1);
            if (seq != (expected == null ? 0 : expected)) {
                FAULTS.incrementAndGet();
            }
            events.incrementAndGet();
            ages.add(now - Instant.parse(event.group(2)).toEpochMilli());
        }
    }

    void close() {
        socket.abort();
    }
}
