package io.signalbox.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.jdbc.autoconfigure.DataSourceProperties;
import org.springframework.core.env.SimpleCommandLinePropertySource;
import org.springframework.core.env.StandardEnvironment;

/**
 * Moves all that the embedded database holds to the one that {@code spring.datasource.url} names:
 * {@code java -jar signalbox.jar move-database}. In one transaction, so that there is all of it or nothing, and a move that
 * was broken off is begun anew. The file of the embedded database stays, under a name under which no server opens it.
 */
final class MoveDatabase {

    static final String COMMAND = "move-database";

    private static final Logger log = LoggerFactory.getLogger(MoveDatabase.class);

    /** Rows are sent so many at a time, or so many bytes: blocks of events have up to 64 KiB. */
    private static final int BATCH_ROWS = 1000;

    private static final int BATCH_BYTES = 4 << 20;

    private final Connection from;
    private final Connection to;

    private MoveDatabase(Connection from, Connection to) {
        this.from = from;
        this.to = to;
    }

    /** What there is to do besides serving: settings come from wherever the server would take them. */
    static void main(String[] args) throws IOException, SQLException {
        StandardEnvironment environment = new StandardEnvironment();
        environment.getPropertySources().addFirst(new SimpleCommandLinePropertySource(args));
        ConfigDataEnvironmentPostProcessor.applyTo(environment);
        Binder settings = Binder.get(environment);
        run(
                settings.bindOrCreate("signalbox", SignalboxProperties.class),
                settings.bindOrCreate("spring.datasource", DataSourceProperties.class));
    }

    static void run(SignalboxProperties properties, DataSourceProperties target) throws IOException, SQLException {
        if (target.getUrl() == null || target.getUrl().isBlank()) {
            throw refused(
                    "There is no database to move to.", "Name it with spring.datasource.url, username and password.");
        }
        try (Home home = new Home(properties)) {
            Path file = Database.file(home);
            if (Files.notExists(file)) {
                throw refused("There is no embedded database in " + file + ".", "Name its home with signalbox.home.");
            }
            try (Database embedded = Database.of(home, new DataSourceProperties());
                    Database other = Database.of(home, target)) {
                move(embedded, file, other);
            }
            Files.move(file, Database.moved(home));
            log.info(
                    "moved; the server finds it there with the same spring.datasource settings. {} is kept",
                    Database.moved(home));
        }
    }

    private static void move(Database embedded, Path file, Database other) throws SQLException {
        DataSource source = new Database(
                        embedded.url() + ";LAZY_QUERY_EXECUTION=1", embedded.user(), embedded.secret(), null)
                .unpooled();
        DataSource target = other.unpooled();
        Schema.migrate(Flyway.configure().dataSource(source), new MigrationBackup(file));
        Schema.migrate(target);
        try (Connection from = source.getConnection();
                Connection to = target.getConnection()) {
            to.setAutoCommit(false);
            new MoveDatabase(from, to).all();
            to.commit();
        }
    }

    private void all() throws SQLException {
        List<String> tables = parentsFirst();
        for (String table : tables) {
            if (count(to, table) > 0) {
                throw refused(
                        "The database to move to is not empty: its table " + table + " has rows.",
                        "Name an empty one; a server that was started on it may have left something there.");
            }
        }
        for (String table : tables) {
            long rows = copy(table);
            long there = count(to, table);
            if (rows != there || rows != count(from, table)) {
                throw new IllegalStateException(table + ": read " + rows + " rows, but " + there + " arrived");
            }
            log.info("{}: {} rows", table, rows);
        }
        numberOn();
    }

    /** All tables but Flyway's, those that others refer to before these. */
    private List<String> parentsFirst() throws SQLException {
        Map<String, Set<String>> parents = new LinkedHashMap<>();
        try (ResultSet found = from.getMetaData().getTables(null, "PUBLIC", "%", new String[] {"BASE TABLE"})) {
            while (found.next()) {
                String table = found.getString("TABLE_NAME");
                if (!table.equals("flyway_schema_history")) {
                    parents.put(table, parents(table));
                }
            }
        }
        Set<String> ordered = new LinkedHashSet<>();
        while (ordered.size() < parents.size()) {
            parents.forEach((table, referred) -> {
                if (ordered.containsAll(referred)) {
                    ordered.add(table);
                }
            });
        }
        return ordered.stream().map(table -> table.toLowerCase(Locale.ROOT)).toList();
    }

    private Set<String> parents(String table) throws SQLException {
        Set<String> parents = new TreeSet<>();
        try (ResultSet keys = from.getMetaData().getImportedKeys(null, "PUBLIC", table)) {
            while (keys.next()) {
                parents.add(keys.getString("PKTABLE_NAME"));
            }
        }
        parents.remove(table);
        return parents;
    }

    private long copy(String table) throws SQLException {
        try (Statement reading = from.createStatement();
                ResultSet rows = reading.executeQuery("select * from " + table);
                PreparedStatement insert = to.prepareStatement(insertInto(table, rows))) {
            int columns = rows.getMetaData().getColumnCount();
            long count = 0;
            long bytes = 0;
            while (rows.next()) {
                for (int column = 1; column <= columns; column++) {
                    Object value = rows.getObject(column);
                    bytes += value instanceof byte[] binary
                            ? binary.length
                            : String.valueOf(value).length();
                    insert.setObject(column, value);
                }
                insert.addBatch();
                count++;
                if (count % BATCH_ROWS == 0 || bytes > BATCH_BYTES) {
                    insert.executeBatch();
                    bytes = 0;
                }
            }
            insert.executeBatch();
            return count;
        }
    }

    private static String insertInto(String table, ResultSet rows) throws SQLException {
        List<String> columns = new ArrayList<>();
        for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
            columns.add(rows.getMetaData().getColumnName(i).toLowerCase(Locale.ROOT));
        }
        return "insert into " + table + " (" + String.join(", ", columns) + ") values ("
                + columns.stream().map(column -> "?").collect(Collectors.joining(", ")) + ")";
    }

    /** Numbers go on where they were: those of deleted jobs are not given again. */
    private void numberOn() throws SQLException {
        try (Statement reading = from.createStatement();
                Statement writing = to.createStatement();
                ResultSet identities = reading.executeQuery("""
                        select table_name, column_name, identity_base from information_schema.columns
                        where is_identity = 'YES' and table_schema = 'PUBLIC'""")) {
            while (identities.next()) {
                writing.execute("alter table " + identities.getString(1).toLowerCase(Locale.ROOT) + " alter column "
                        + identities.getString(2).toLowerCase(Locale.ROOT) + " restart with "
                        + identities.getLong(3));
            }
        }
    }

    private static long count(Connection database, String table) throws SQLException {
        try (Statement counting = database.createStatement();
                ResultSet count = counting.executeQuery("select count(*) from " + table)) {
            count.next();
            return count.getLong(1);
        }
    }

    private static StartRefusedException refused(String reason, String remedy) {
        return new StartRefusedException(StartRefusedException.BAD_SETTINGS, reason, remedy);
    }
}
