package io.signalbox.server;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.migration.Context;
import org.flywaydb.core.api.migration.JavaMigration;
import org.jspecify.annotations.Nullable;

/**
 * Takes the foreign keys to their job from tables that hold most of the rows: a job's row is then deleted without waiting for all
 * of these. Not SQL, for each database gave the keys names of its own.
 */
final class UntieLargeTables implements JavaMigration {

    private static final MigrationVersion VERSION = MigrationVersion.fromVersion("40");
    private static final List<String> TABLES = List.of("event_block", "series");

    @Override
    public MigrationVersion getVersion() {
        return VERSION;
    }

    @Override
    public String getDescription() {
        return "untie large tables";
    }

    @Override
    public @Nullable Integer getChecksum() {
        return null;
    }

    @Override
    public boolean canExecuteInTransaction() {
        return true;
    }

    @Override
    public void migrate(Context context) throws SQLException {
        Connection database = context.getConnection();
        for (String table : TABLES) {
            for (String key : keys(database, table)) {
                try (Statement statement = database.createStatement()) {
                    statement.execute("alter table " + table + " drop constraint \"" + key + "\"");
                }
            }
        }
    }

    private static List<String> keys(Connection database, String table) throws SQLException {
        DatabaseMetaData about = database.getMetaData();
        String stored = about.storesUpperCaseIdentifiers() ? table.toUpperCase(Locale.ROOT) : table;
        List<String> keys = new ArrayList<>();
        try (ResultSet found = about.getImportedKeys(null, database.getSchema(), stored)) {
            while (found.next()) {
                keys.add(found.getString("FK_NAME"));
            }
        }
        return keys;
    }
}
