package io.signalbox.link;

/**
 * A file of a job.
 *
 * @param path below the job's folder, with {@code /}
 * @param sha256 of its bytes, hex
 */
public record FilePart(String path, long size, String sha256) {}
