package io.signalbox.server.files;

import java.io.IOException;
import java.io.UncheckedIOException;

/** The bucket does not answer, or not as it should: that is nobody's job's fault, and may pass. */
public final class BucketAwayException extends UncheckedIOException {

    BucketAwayException(IOException cause) {
        super(String.valueOf(cause.getMessage()), cause);
    }
}
