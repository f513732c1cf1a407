package io.signalbox.server;

import jakarta.persistence.EntityManagerFactory;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.core.api.exception.FlywayValidateException;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Brings the database's tables up to date, beside the rest of the start: nobody asks for them before the server takes requests,
 * and it takes none before they are there and Hibernate, that starts beside them, is ready.
 */
@Component
class Schema implements SmartLifecycle {

    private final EntityManagerFactory entities;
    private final Home home;
    private final CompletableFuture<Void> migrated;
    private volatile boolean running;

    Schema(DataSource connections, EntityManagerFactory entities, Home home, Database database) {
        this.home = home;
        this.entities = entities;
        FluentConfiguration flyway = Flyway.configure().dataSource(connections);
        migrated = CompletableFuture.runAsync(() -> {
            if (database.isEmbedded()) {
                migrate(flyway, new MigrationBackup(Database.file(home)));
            } else {
                migrate(flyway);
            }
        });
    }

    /** With a copy to begin again from, kept until all is done. */
    static void migrate(FluentConfiguration flyway, MigrationBackup backup) {
        migrate(flyway.callbacks(backup));
        backup.delete();
    }

    /** Refuses tables that a newer version made, which Flyway alone would take for its own. */
    static void migrate(DataSource database) {
        migrate(Flyway.configure().dataSource(database));
    }

    private static void migrate(FluentConfiguration flyway) {
        try {
            flyway.javaMigrations(new UntieLargeTables())
                    .ignoreMigrationPatterns(new String[0])
                    .load()
                    .migrate();
        } catch (FlywayValidateException e) {
            throw new StartRefusedException(
                    StartRefusedException.BAD_SETTINGS,
                    "The database was not made by this version: "
                            + String.valueOf(e.getMessage()).lines().findFirst().orElse(""),
                    "Start the version that made it, or a newer one.");
        }
    }

    /** Before everything else that is started. */
    @Override
    public int getPhase() {
        return Integer.MIN_VALUE;
    }

    /** Waits for both; the start fails where one of them does. */
    @Override
    public void start() {
        try {
            migrated.join();
        } catch (CompletionException e) {
            throw DatabaseStart.refusal(e, Database.file(home));
        }
        entities.getMetamodel();
        running = true;
    }

    @Override
    public void stop() {
        running = false; // tables stay
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
