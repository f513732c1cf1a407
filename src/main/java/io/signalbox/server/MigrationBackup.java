package io.signalbox.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.flywaydb.core.api.callback.Callback;
import org.flywaydb.core.api.callback.Context;
import org.flywaydb.core.api.callback.Event;
import org.h2.tools.Restore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The embedded database as it was before its tables are changed. H2 commits each such change at once, so that a server that
 * dies, or fails, in the middle leaves tables that nobody knows; the next start begins again from this copy.
 */
final class MigrationBackup implements Callback {

    private static final Logger log = LoggerFactory.getLogger(MigrationBackup.class);

    private final Path database;
    private final Path copy;

    /** @param database its file */
    MigrationBackup(Path database) {
        this.database = database;
        this.copy = database.resolveSibling("before-migration.zip");
    }

    /** Puts the copy in the database's place if a migration was not finished; nobody may have the database open. */
    void restore(String url) throws SQLException {
        if (Files.notExists(copy)) {
            return;
        }
        log.warn("the last change of the database's tables was not finished; it begins again from {}", copy);
        refuseIfInUse(url);
        String name = database.getFileName().toString().replace(".mv.db", "");
        Restore.execute(copy.toString(), String.valueOf(database.getParent()), name);
    }

    private static void refuseIfInUse(String url) throws SQLException {
        try {
            DriverManager.getConnection(url, "sa", "").close();
        } catch (SQLException e) {
            if (e.getErrorCode() == DatabaseStart.H2_IN_USE) {
                throw e;
            } // half restored, say: it is replaced anyway
        }
    }

    /** The tables are as they should be. */
    void delete() {
        try {
            Files.deleteIfExists(copy);
        } catch (IOException e) {
            throw new UncheckedIOException("the copy from before the migration would be put back at the next start", e);
        }
    }

    @Override
    public boolean supports(Event event, Context context) {
        return event == Event.BEFORE_EACH_MIGRATE;
    }

    @Override
    public boolean canHandleInTransaction(Event event, Context context) {
        return true;
    }

    /** Before the first of several. */
    @Override
    public void handle(Event event, Context context) {
        if (Files.notExists(copy)) {
            write(context.getConnection());
        }
    }

    private void write(Connection connection) {
        Path unfinished = copy.resolveSibling(copy.getFileName() + ".tmp");
        try (Statement statement = connection.createStatement()) {
            statement.execute("backup to '" + unfinished.toString().replace("'", "''") + "'");
            Files.move(unfinished, copy, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (SQLException | IOException e) {
            throw new IllegalStateException("the database cannot be copied before its tables are changed", e);
        }
    }

    @Override
    public String getCallbackName() {
        return "backup";
    }
}
