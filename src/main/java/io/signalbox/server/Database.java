package io.signalbox.server;

import io.signalbox.server.SignalboxProperties.Servers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.jdbc.DataSourceBuilder;
import org.springframework.boot.jdbc.autoconfigure.DataSourceProperties;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.jdbc.datasource.SimpleDriverDataSource;

/**
 * Where the database is: what {@code spring.datasource.*} says, else an embedded one in the home folder.
 *
 * <p>H2 runs with {@code WRITE_DELAY=0}: with its default, rows that it had confirmed were gone after a kill -9. The server
 * closes it itself, after the last bean that uses it. Its page cache is 16 MiB: left to itself it takes 64 MiB for every GiB
 * that the heap may grow to, a quarter of the machine by default, and keeps it for as long as the server lives. A connection is
 * opened before all else, so that a file that cannot be opened is told of as such, and held until the server ends.
 */
public record Database(
        String url,
        @Nullable String user,
        @Nullable String secret,
        @Nullable Connection held) implements JdbcConnectionDetails, AutoCloseable {

    private static final String EMBEDDED = ";WRITE_DELAY=0;CACHE_SIZE=16384;DB_CLOSE_ON_EXIT=FALSE";

    private static final String BATCHING = "reWriteBatchedInserts";

    static Database of(Home home, DataSourceProperties properties) {
        return of(home, properties, Servers.ONE);
    }

    static Database of(Home home, DataSourceProperties properties, Servers servers) {
        String url = properties.getUrl();
        if (url == null || url.isBlank()) {
            requireNotMoved(home);
            requireOne(servers);
            String embedded = "jdbc:h2:file:" + home.database().resolve("signalbox") + EMBEDDED;
            return new Database(embedded, "sa", "", DatabaseStart.open(embedded, file(home), home.jobs()));
        }
        Database database = new Database(batching(url), properties.getUsername(), properties.getPassword(), null);
        DatabaseStart.await(database, DatabaseStart.PATIENCE);
        return database;
    }

    /** PostgreSQL takes the rows of a batch as one statement: several times as many a second. */
    private static String batching(String url) {
        return url.startsWith("jdbc:postgresql:") && !url.contains(BATCHING)
                ? url + (url.contains("?") ? "&" : "?") + BATCHING + "=true"
                : url;
    }

    private static void requireOne(Servers servers) {
        if (servers != Servers.ONE) {
            throw new StartRefusedException(
                    StartRefusedException.BAD_SETTINGS,
                    "Several servers (signalbox.servers) cannot share the embedded database.",
                    "Name a PostgreSQL with spring.datasource.url, username and password.");
        }
    }

    private static void requireNotMoved(Home home) {
        if (Files.exists(moved(home)) && Files.notExists(file(home))) {
            throw new StartRefusedException(
                    StartRefusedException.BAD_SETTINGS,
                    "The database of " + home.root() + " was moved to another one by " + MoveDatabase.COMMAND + ".",
                    "Name that one with spring.datasource.url, username and password.");
        }
    }

    /** The file of the embedded database, once what it holds was moved. */
    static Path moved(Home home) {
        return home.database().resolve("signalbox.mv.db.moved");
    }

    /** Whether it is the one in the home folder. */
    boolean isEmbedded() {
        return held != null;
    }

    /** The file of the embedded database. */
    static Path file(Home home) {
        return home.database().resolve("signalbox.mv.db");
    }

    /** Connections outside of the pool, a new one each time. */
    DataSource unpooled() {
        return DataSourceBuilder.create()
                .type(SimpleDriverDataSource.class)
                .url(url)
                .username(user)
                .password(secret)
                .build();
    }

    @Override
    public String getJdbcUrl() {
        return url;
    }

    @Override
    public @Nullable String getUsername() {
        return user;
    }

    @Override
    public @Nullable String getPassword() {
        return secret;
    }

    /** After the pool: with its last connection the embedded database is closed. */
    @Override
    public void close() throws SQLException {
        if (held != null) {
            held.close();
        }
    }

    /** Without the password. */
    @Override
    public String toString() {
        return url;
    }
}
