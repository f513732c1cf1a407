package io.signalbox.server;

import com.zaxxer.hikari.SQLExceptionOverride;
import java.sql.SQLException;

/** H2 closes the whole database on an error such as a full disk; only a new connection opens it again. */
public final class ReopenedDatabase implements SQLExceptionOverride {

    private static final int CLOSED = 90_098;

    @java.lang.Override
    public SQLExceptionOverride.Override adjudicate(SQLException failure) {
        return failure.getErrorCode() == CLOSED ? Override.MUST_EVICT : Override.CONTINUE_EVICT;
    }
}
