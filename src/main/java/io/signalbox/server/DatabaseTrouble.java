package io.signalbox.server;

import java.io.IOException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is wrong with the database, or the disk, where that is no fault of this program. */
public enum DatabaseTrouble {
    /** It does not answer: it is stopped, starts, or has no connection left. It will again. */
    AWAY,
    /** It cannot write: there is no room, or the disk takes no writes at all. */
    FULL;

    /** H2: closed for good by an error, to be opened anew; connection broken. */
    private static final Set<Integer> H2_AWAY = Set.of(90_098, 90_067);

    /** PostgreSQL: shuts down, crashed, starts up; no connection left. */
    private static final Set<String> POSTGRES_AWAY = Set.of("57P01", "57P02", "57P03", "53300");

    /** What the pool says when a rollback finds the connection gone, in place of what went wrong first. */
    private static final String POOLED_CONNECTION_GONE = "Connection is closed";

    private static final String POSTGRES_FULL = "53100";
    private static final String CONNECTION = "08";

    /** What the system says of a write that its disk does not take. */
    private static final Set<String> NOT_WRITTEN =
            Set.of("No space left on device", "Disk quota exceeded", "Read-only file system", "Input/output error");

    /** What a failure comes of; null for anything else. */
    public static @Nullable DatabaseTrouble of(Throwable failure) {
        DatabaseTrouble found = null;
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (isFull(cause)) {
                return FULL;
            }
            if (cause instanceof SQLException sql && isAway(sql)) {
                found = AWAY;
            }
        }
        return found;
    }

    private static boolean isFull(Throwable cause) {
        String message = String.valueOf(cause.getMessage());
        return (cause instanceof SQLException sql && POSTGRES_FULL.equals(sql.getSQLState()))
                || ((cause instanceof IOException || cause instanceof SQLException)
                        && NOT_WRITTEN.stream().anyMatch(message::contains));
    }

    private static boolean isAway(SQLException sql) {
        String state = sql.getSQLState() == null ? "" : sql.getSQLState();
        return sql instanceof SQLTransientConnectionException
                || POOLED_CONNECTION_GONE.equals(sql.getMessage())
                || state.startsWith(CONNECTION)
                || POSTGRES_AWAY.contains(state)
                || H2_AWAY.contains(sql.getErrorCode());
    }
}
