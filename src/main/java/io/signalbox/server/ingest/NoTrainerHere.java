package io.signalbox.server.ingest;

/** A command was committed whose job has no trainer that is connected to this server; it may be to another. */
public record NoTrainerHere(long jobId) {}
