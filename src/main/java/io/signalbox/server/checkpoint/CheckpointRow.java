package io.signalbox.server.checkpoint;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/** A checkpoint as the API shows it. {@code tags} are those of {@code best} and {@code latest} that name it. */
record CheckpointRow(
        String name,
        int epoch,
        long step,
        Map<String, Double> metrics,
        long bytes,
        String sha256,
        Instant createdAt,
        String kind,
        List<String> tags) {}
