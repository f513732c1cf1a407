package io.signalbox.server;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether there is a database to start with, and why not, said to the operator. */
final class DatabaseStart {

    private static final Logger log = LoggerFactory.getLogger(DatabaseStart.class);

    /** How long a database that does not answer is waited for; whatever supervises this server starts it again then. */
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final long PAUSE_MILLIS = 1000;

    /** H2's code for a file that another process has open. */
    static final int H2_IN_USE = 90_020;

    /** H2's codes for a file that cannot be read, is corrupted, or is of another format. */
    private static final Set<Integer> H2_DAMAGED = Set.of(90_028, 90_030, 90_031, 90_048);

    private DatabaseStart() {}

    /** Opens the embedded database. */
    static Connection open(String url, Path file, Path jobs) {
        try {
            new MigrationBackup(file).restore(url);
            requireContent(file, jobs);
            return DriverManager.getConnection(url, "sa", "");
        } catch (SQLException e) {
            throw refusal(new IllegalStateException("the database " + file + " cannot be opened", e), file);
        }
    }

    /** Refuses a file of the embedded database that lost all it held: H2 would begin a new one, and number jobs anew. */
    private static void requireContent(Path file, Path jobs) {
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(jobs)) {
            if (Files.exists(file)
                    && Files.size(file) == 0
                    && folders.iterator().hasNext()) {
                throw damaged(file, "it is empty, though there are jobs");
            }
        } catch (IOException e) {
            throw damaged(file, e.toString());
        }
    }

    /** Waits until the database takes connections. */
    static void await(Database database, Duration patience) {
        DataSource connections = database.unpooled();
        long deadline = System.nanoTime() + patience.toNanos();
        boolean told = false;
        while (true) {
            try (Connection ignored = connections.getConnection()) {
                return;
            } catch (SQLException e) {
                if (DatabaseTrouble.of(e) != DatabaseTrouble.AWAY) {
                    throw new StartRefusedException(
                            StartRefusedException.BAD_SETTINGS,
                            "The database " + database.url() + " refuses this server: " + e.getMessage(),
                            "See to spring.datasource.url, username and password.");
                }
                if (System.nanoTime() - deadline >= 0) {
                    throw new StartRefusedException(
                            StartRefusedException.TRY_LATER,
                            "The database " + database.url() + " cannot be reached: " + e.getMessage(),
                            "Start it, or see to spring.datasource.url.");
                }
                if (!told) {
                    log.warn(
                            "the database {} cannot be reached ({}); waiting for it for {} s",
                            database.url(),
                            e.getMessage(),
                            patience.toSeconds());
                    told = true;
                }
                pause();
            }
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the database was waited for", e);
        }
    }

    /** What an operator is told of a database that could not be opened or brought up to date; the failure itself if nothing. */
    static RuntimeException refusal(RuntimeException failure, Path file) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && sql.getErrorCode() == H2_IN_USE) {
                return new StartRefusedException(
                        StartRefusedException.TRY_LATER,
                        "The database " + file + " is open in another process.",
                        "Close whatever reads it, such as a database shell, and start again.");
            }
            if (cause instanceof SQLException sql && H2_DAMAGED.contains(sql.getErrorCode())) {
                return damaged(file, String.valueOf(sql.getMessage()));
            }
        }
        return failure;
    }

    private static StartRefusedException damaged(Path file, String what) {
        return new StartRefusedException(
                StartRefusedException.DAMAGED,
                "The database " + file + " is damaged: " + what,
                "Nothing was changed. Put the file aside and a backup of it in its place; without one, H2's recovery tool"
                        + " writes what it can still read. docs/operations.md has the steps.");
    }
}
