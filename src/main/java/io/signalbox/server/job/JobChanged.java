package io.signalbox.server.job;

/** What is shown of a job changed without an event of its stream: its pace. */
public record JobChanged(long jobId) {}
