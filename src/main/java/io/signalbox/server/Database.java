package io.signalbox.server;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.jdbc.autoconfigure.DataSourceProperties;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;

/**
 * Where the database is: what {@code spring.datasource.*} says, else an embedded one in the home folder.
 *
 * <p>H2 runs with {@code WRITE_DELAY=0}: with its default, rows that it had confirmed were gone after a kill -9. The server
 * closes it itself, after the last bean that uses it. Its page cache is 16 MiB: left to itself it takes 64 MiB for every GiB
 * that the heap may grow to, a quarter of the machine by default, and keeps it for as long as the server lives. A connection is
 * opened before all else, so that a file that cannot be opened is told of as such, and held until the server ends.
 */
record Database(
        String url,
        @Nullable String user,
        @Nullable String secret,
        @Nullable Connection held) implements JdbcConnectionDetails, AutoCloseable {

    private static final String EMBEDDED = ";WRITE_DELAY=0;CACHE_SIZE=16384;DB_CLOSE_ON_EXIT=FALSE";

    static Database of(Home home, DataSourceProperties properties) {
        String url = properties.getUrl();
        if (url == null || url.isBlank()) {
            String embedded = "jdbc:h2:file:" + home.database().resolve("signalbox") + EMBEDDED;
            return new Database(embedded, "sa", "", DatabaseStart.open(embedded, file(home), home.jobs()));
        }
        Database database = new Database(url, properties.getUsername(), properties.getPassword(), null);
        DatabaseStart.await(database);
        return database;
    }

    /** The file of the embedded database. */
    static Path file(Home home) {
        return home.database().resolve("signalbox.mv.db");
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
