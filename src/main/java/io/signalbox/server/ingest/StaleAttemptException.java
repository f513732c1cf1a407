package io.signalbox.server.ingest;

/** A trainer told of a job that a newer attempt has taken over. */
public final class StaleAttemptException extends RuntimeException {

    StaleAttemptException(long jobId, int attempt) {
        super("job " + jobId + ": attempt " + attempt + " is over, a newer one has begun; what it tells is not taken");
    }
}
