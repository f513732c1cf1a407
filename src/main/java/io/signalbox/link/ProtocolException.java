package io.signalbox.link;

import java.io.IOException;

/** The other end said something that it must not say; the connection cannot be used any more. */
final class ProtocolException extends IOException {

    ProtocolException(String message) {
        super(message);
    }

    ProtocolException(String message, Throwable cause) {
        super(message, cause);
    }
}
