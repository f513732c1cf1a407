package io.signalbox.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseTroubleTest {

    @ParameterizedTest
    @CsvSource({
        "08006, 0, AWAY",
        "57P01, 0, AWAY",
        "57P03, 0, AWAY",
        "53300, 0, AWAY",
        "90098, 90098, AWAY",
        "53100, 0, FULL",
        "23505, 0,",
        "42601, 0,",
    })
    void isToldByWhatTheDatabaseSays(String state, int code, DatabaseTrouble trouble) {
        assertThat(DatabaseTrouble.of(new IllegalStateException(new SQLException("why", state, code))))
                .isEqualTo(trouble);
    }

    @Test
    void noFreeConnectionIsADatabaseThatIsAway() {
        assertThat(DatabaseTrouble.of(new SQLTransientConnectionException("timed out")))
                .isEqualTo(DatabaseTrouble.AWAY);
    }

    @Test
    void aFullDiskIsFoundBehindAClosedDatabase() {
        SQLException closed = new SQLException("closed", "90098", 90_098);
        closed.initCause(new IOException("No space left on device"));

        assertThat(DatabaseTrouble.of(closed)).isEqualTo(DatabaseTrouble.FULL);
        assertThat(DatabaseTrouble.of(new UncheckedIOException(new IOException("Disk quota exceeded"))))
                .isEqualTo(DatabaseTrouble.FULL);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Read-only file system", "Input/output error"})
    void aDiskThatTakesNoWritesIsAsGoodAsFull(String said) {
        SQLException failed = new SQLException("General error", "HY000", 50_000);
        failed.initCause(new IOException(said));

        assertThat(DatabaseTrouble.of(failed)).isEqualTo(DatabaseTrouble.FULL);
    }

    @Test
    void otherFailuresAreNone() {
        assertThat(DatabaseTrouble.of(new IllegalArgumentException("No space left on device")))
                .isNull();
        assertThat(DatabaseTrouble.of(new IOException("Permission denied"))).isNull();
    }
}
