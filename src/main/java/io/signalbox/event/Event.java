package io.signalbox.event;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One thing that a job told. Events of a job are numbered without gap from 0 over all its attempts; at any time one
 * writer numbers them: the trainer while one lives, the server else.
 *
 * @param seq number of this event within its job, from 0
 * @param at when it happened, UTC, to the millisecond
 * @param jobId the job that tells
 * @param attempt the process run of the job, from 1; 0 before the first
 * @param epoch the epoch, from 0, where it happened inside training
 * @param step optimizer updates done over the whole job when it happened, or, for {@link EventDetail.BatchEnd}, the
 *     number of the update it tells of, from 0
 * @param detail what happened
 */
public record Event(
        long seq,
        Instant at,
        long jobId,
        int attempt,
        @Nullable Integer epoch,
        @Nullable Long step,
        EventDetail detail) {}
