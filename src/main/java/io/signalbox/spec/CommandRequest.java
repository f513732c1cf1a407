package io.signalbox.spec;

/**
 * A command on its way to a job.
 *
 * @param id unique within the job; a command of an id already seen is not applied again
 */
public record CommandRequest(String id, Command command) {}
