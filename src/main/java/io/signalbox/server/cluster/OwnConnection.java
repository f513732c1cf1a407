package io.signalbox.server.cluster;

import io.signalbox.server.Database;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;

/**
 * Opens connections to PostgreSQL that are kept for as long as they live, outside of the pool. Either end notices within about
 * ten seconds that the other is gone, also when nothing says so: a machine without power closes no connection.
 */
final class OwnConnection {

    private static final int SECONDS = 5;

    private OwnConnection() {}

    static Connection open(Database database, String purpose) throws SQLException {
        Properties properties = new Properties();
        if (database.user() != null) {
            properties.setProperty("user", database.user());
        }
        if (database.secret() != null) {
            properties.setProperty("password", database.secret());
        }
        properties.setProperty("ApplicationName", "signalbox " + purpose);
        properties.setProperty("connectTimeout", Integer.toString(SECONDS));
        properties.setProperty("socketTimeout", Integer.toString(SECONDS));
        Connection connection = DriverManager.getConnection(database.url(), properties);
        try (Statement statement = connection.createStatement()) {
            statement.execute("set tcp_keepalives_idle = 4");
            statement.execute("set tcp_keepalives_interval = 2");
            statement.execute("set tcp_keepalives_count = 3");
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }
}
