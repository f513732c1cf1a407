package io.signalbox.callback;

import java.util.Map;

/**
 * A checkpoint that lies on the disk.
 *
 * @param epoch from 0
 * @param step updates done
 * @param full whether training can go on from it
 * @param metrics it was saved with
 * @param needed whether it must stay: {@code best} or {@code latest} names it, somebody pinned it, or it is the trainer's
 *     own
 */
public record SavedCheckpoint(
        String name, int epoch, long step, boolean full, long bytes, Map<String, Double> metrics, boolean needed) {}
