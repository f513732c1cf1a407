package io.signalbox.server.artifact;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** An artifact as the API shows it. Those of one name are a series by step. */
record ArtifactRow(
        String name, String kind, @Nullable Integer epoch, long step, long bytes, String sha256, Instant createdAt) {}
