package io.signalbox.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.harness.Answer;
import io.signalbox.harness.Api;
import io.signalbox.harness.Fixtures;
import io.signalbox.harness.Jobs;
import io.signalbox.harness.ServerProcess;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Databases that go away, or are not what they should be. */
class DatabaseIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int TRY_LATER = 75;
    private static final int DAMAGED = 74;
    private static final int BAD_SETTINGS = 78;

    @TempDir
    Path folder;

    @Test
    void aJobTrainsOnWhilePostgresIsGoneAndNothingIsLostOrDoubled() throws IOException {
        EmbeddedPostgres postgres = postgres(0);
        String url = postgres.getJdbcUrl("postgres", "postgres");
        int port = postgres.getPort();
        try (ServerProcess server = ServerProcess.start(
                folder,
                "signalbox.workers.slots=1",
                "spring.datasource.url=" + url,
                "spring.datasource.username=postgres",
                "spring.datasource.password=postgres")) {
            Jobs jobs = server.jobs();
            Fixtures.uploadCorners(server.api(), 640).expect(201);
            long id = jobs.submit(Fixtures.cornersJob(10_000));
            jobs.awaitEpochs(id, 1);
            ProcessHandle trainer = server.trainerOf(id);

            postgres.close();
            long told = Files.size(journal(server, id));
            Answer refused = server.api().post("/jobs", Api.YAML, Fixtures.cornersJob(1));
            assertThat(refused.status())
                    .as("%s\n%s", refused.text(), server.logTail())
                    .isEqualTo(503);
            assertThat(refused.header("Retry-After")).isNotBlank();
            assertThat(refused.header("Content-Type")).startsWith("application/problem+json");
            Awaitility.await("training to go on").atMost(PATIENCE).until(() -> Files.size(journal(server, id)) > told);
            postgres = postgres(port);

            Awaitility.await("the database to be back")
                    .atMost(PATIENCE)
                    .until(() -> server.api().get("/jobs/" + id).status() == 200);
            int known = jobs.epochs(id).size();
            jobs.awaitEpochs(id, known + 2);
            assertThat(trainer.isAlive()).isTrue();
            jobs.applied(id, "{\"type\": \"stop\"}");
            assertThat(jobs.awaitState(id, "stopped").path("attempt").intValue())
                    .isEqualTo(1);
            jobs.wholeStream(id, "stopped");
        } finally {
            postgres.close();
        }
    }

    private EmbeddedPostgres postgres(int port) throws IOException {
        return EmbeddedPostgres.builder()
                .setPort(port)
                .setDataDirectory(folder.resolve("postgres"))
                .setCleanDataDirectory(false)
                .start();
    }

    @Test
    void aDatabaseThatCannotBeUsedIsRefusedWithTheReasonAndLeftAsItIs() throws Exception {
        try (ServerProcess server = ServerProcess.start(folder, "signalbox.workers.warm=0")) {
            server.term();
            Path file = server.home().resolve("db/signalbox.mv.db");
            byte[] whole = Files.readAllBytes(file);

            try (Connection shell = server.database()) {
                assertThat(shell.isValid(1)).isTrue();
                assertThat(exitCode(server)).as(server::logTail).isEqualTo(TRY_LATER);
                assertThat(server.logTail()).contains("is open in another process");
            }
            Files.write(file, whole);
            writtenByANewerVersion(server);
            assertThat(exitCode(server)).as(server::logTail).isEqualTo(BAD_SETTINGS);
            assertThat(server.logTail()).contains("was not made by this version");

            Files.createDirectories(server.home().resolve("jobs/1"));
            byte[] damaged = whole.clone();
            Arrays.fill(damaged, 0, 2 * 4096, (byte) 0);
            for (byte[] content : new byte[][] {damaged, {}}) {
                Files.write(file, content);
                assertThat(exitCode(server)).as(server::logTail).isEqualTo(DAMAGED);
                assertThat(server.logTail()).contains("is damaged", "docs/operations.md");
                assertThat(file).hasBinaryContent(content);
            }
            Files.write(file, whole);
            server.start();
        }
    }

    private static int exitCode(ServerProcess server) {
        server.launch();
        return server.awaitExit();
    }

    private static void writtenByANewerVersion(ServerProcess server) throws SQLException {
        try (Connection database = server.database()) {
            database.createStatement().execute("""
                    insert into "flyway_schema_history" ("installed_rank", "version", "description", "type", "script",
                    "checksum", "installed_by", "execution_time", "success")
                    values (1000, '9999', 'later', 'SQL', 'V9999__later.sql', 1, 'sa', 1, true)""");
        }
    }

    private static Path journal(ServerProcess server, long id) {
        return server.home().resolve(Path.of("jobs", Long.toString(id), "attempts", "1", "journal.ndjson"));
    }
}
