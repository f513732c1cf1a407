package io.signalbox.server;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.jdbc.autoconfigure.DataSourceProperties;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;

/**
 * Where the database is: what {@code spring.datasource.*} says, else an embedded one in the home folder.
 *
 * <p>H2 runs with {@code WRITE_DELAY=0}: with its default, rows that it had confirmed were gone after a kill -9. The server
 * closes it itself, after the last bean that uses it. Its page cache is 16 MiB: left to itself it takes 64 MiB for every GiB
 * that the heap may grow to, a quarter of the machine by default, and keeps it for as long as the server lives.
 */
record Database(String url, @Nullable String user, @Nullable String secret) implements JdbcConnectionDetails {

    private static final String EMBEDDED = ";WRITE_DELAY=0;CACHE_SIZE=16384;DB_CLOSE_ON_EXIT=FALSE";

    static Database of(Home home, DataSourceProperties properties) {
        String url = properties.getUrl();
        return url == null || url.isBlank()
                ? new Database("jdbc:h2:file:" + home.database().resolve("signalbox") + EMBEDDED, "sa", "")
                : new Database(url, properties.getUsername(), properties.getPassword());
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

    /** Without the password. */
    @Override
    public String toString() {
        return url;
    }
}
