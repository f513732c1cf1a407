package io.signalbox.server;

import com.zaxxer.hikari.SQLExceptionOverride;
import java.sql.SQLException;
import java.util.Set;

/**
 * H2 closes the whole database on an error such as a full disk; only a new connection opens it again. One that met the error is
 * not used again: with the transaction that it could not end, H2 would be at work on its next statement for ever.
 */
public final class ReopenedDatabase implements SQLExceptionOverride {

    /** Closed; any error of its store; no read or write (two codes); a damaged file; no memory. */
    private static final Set<Integer> FATAL = Set.of(90_098, 50_000, 90_028, 90_031, 90_030, 90_108);

    @java.lang.Override
    public SQLExceptionOverride.Override adjudicate(SQLException failure) {
        return FATAL.contains(failure.getErrorCode()) ? Override.MUST_EVICT : Override.CONTINUE_EVICT;
    }
}
