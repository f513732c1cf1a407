package io.signalbox.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.harness.Fixtures;
import io.signalbox.harness.Json;
import io.signalbox.harness.ServerProcess;
import io.signalbox.link.FaultyProxy;
import io.signalbox.link.FaultyProxy.Fault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The faults of the server on H2, and those of trainers and journals, which know no database. */
class FaultsIT extends FaultsSpecification {

    private static final int CRASHES = 3;
    private static final int MOST_MILLIS_BETWEEN_CRASHES = 1_500;

    @BeforeAll
    void start(@TempDir Path folder) {
        begin(ServerProcess.unstarted(folder, "signalbox.workers.slots=2"));
    }

    /** F12. */
    @Test
    void aServerKilledWhileItShutsDownLosesNothing() {
        long id = submit(Fixtures.cornersJob(LONG));
        jobs().awaitEpochs(id, 1);
        failpoints().set("shutdown");
        server().askToEnd();

        killServerAt("shutdown");

        jobs().applied(id, "{\"type\": \"stop\"}");
        jobs().awaitState(id, "stopped");
    }

    /** F14. */
    @Test
    void aServerThatCrashesAgainAndAgainCostsNoJobAnAttempt() {
        long seed = Long.getLong("chaos.seed", System.nanoTime());
        Random random = new Random(seed);
        List<Long> ids = Stream.generate(() -> submit(Fixtures.cornersJob(LONG)))
                .limit(2)
                .toList();
        ids.forEach(id -> jobs().awaitEpochs(id, 1));
        for (int crash = 0; crash < CRASHES; crash++) {
            await(Duration.ofMillis(random.nextInt(MOST_MILLIS_BETWEEN_CRASHES)));
            server().killNine();
            server().start();
        }
        for (long id : ids) {
            jobs().applied(id, "{\"type\": \"stop\"}");
            JsonNode job = jobs().awaitState(id, "stopped");
            assertThat(job.path("attempt").intValue()).as("seed %s", seed).isEqualTo(1);
        }
    }

    /** F10, F21, F22: in whatever step of writing or removing a checkpoint the trainer dies. */
    @Test
    void aTrainerKilledWhileItWritesACheckpointLeavesItWholeOrNotAtAll() {
        for (String point : List.of(
                "checkpoint.create",
                "checkpoint.write",
                "checkpoint.sync",
                "checkpoint.move",
                "checkpoint.moved",
                "checkpoint.delete")) {
            failpoints().set(point);
            long id = submit(Fixtures.flowersJob(EPOCHS) + "retries: 1\n");
            failpoints().awaitReached(point).destroyForcibly();
            failpoints().clear();
            assertEndsAsUndisturbed(id);
            assertThat(jobs().get(id).path("attempt").intValue()).isEqualTo(2);
        }
    }

    /** F23. */
    @Test
    void aTrainerKilledWhileItStopsHasStopped() {
        long id = submit(Fixtures.cornersJob(LONG));
        jobs().awaitEpochs(id, 1);
        failpoints().set("trainer.stopping");
        jobs().command(id, "{\"type\": \"stop\"}");

        failpoints().awaitReached("trainer.stopping").destroyForcibly();

        JsonNode job = jobs().awaitState(id, "stopped");
        assertThat(job.path("reason").stringValue()).contains("while it was stopping");
    }

    /** F60: while the disk takes its time over a checkpoint, training goes on; only the next one waits for it. */
    @Test
    void aDiskThatTakesItsTimeHoldsNoBatchUp() {
        failpoints().set("checkpoint.sync");
        long id = submit(Fixtures.cornersJob(LONG));
        failpoints().awaitReached("checkpoint.sync");

        jobs().awaitEpochs(id, jobs().epochs(id).size() + 2);
        assertThat(jobs().checkpoints(id)).isEmpty();
        failpoints().clear();

        jobs().applied(id, "{\"type\": \"stop\"}");
        jobs().awaitState(id, "stopped");
    }

    /** F15: time stands still for the server and not for the trainer. */
    @Test
    void aServerThatIsFrozenForAWhileTakesNobodyForDead() throws Exception {
        long id = submit(Fixtures.cornersJob(LONG));
        jobs().awaitEpochs(id, 1);
        long told = Files.size(journal(id));

        signal("STOP");
        Awaitility.await("training without the server")
                .atMost(PATIENCE)
                .until(() -> Files.size(journal(id)) > told + 20_000);
        signal("CONT");

        jobs().applied(id, "{\"type\": \"stop\"}");
        JsonNode job = jobs().awaitState(id, "stopped");
        assertThat(job.path("attempt").intValue()).isEqualTo(1);
    }

    private void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(server().pid()))
                .start()
                .waitFor();
    }

    /** F41 to F48 and F53, one after another, before the server that stores what comes through. */
    @Test
    void whateverTheWireDoesTheServerHoldsWhatTheTrainerTold() throws IOException {
        try (FaultyProxy proxy = FaultyProxy.before(server().home().resolve("run/link.json"))) {
            long id = submit(Fixtures.cornersJob(LONG));
            jobs().awaitEpochs(id, 1);
            for (Fault fault : Fault.values()) {
                proxy.next(fault);
                int epochs = jobs().epochs(id).size();
                Awaitility.await("the stream to go on after " + fault)
                        .atMost(PATIENCE)
                        .until(() -> proxy.struck() && jobs().epochs(id).size() > epochs);
            }
            jobs().applied(id, "{\"type\": \"stop\"}");
            jobs().awaitState(id, "stopped");
            assertThat(proxy.connections()).isGreaterThan(1);
        }
        server().killNine(); // the next server writes a link file of its own
        server().start();
    }

    /** F54: what damage took from a journal is told in its place, the rest is there, and the job goes on. */
    @Test
    void aJournalDamagedWhileEverybodyWasDeadTellsWhatIsLost() throws IOException {
        long id = submit(Fixtures.cornersJob(LONG) + "retries: 1\n");
        jobs().awaitEpochs(id, 1);
        ProcessHandle trainer = server().trainerOf(id);
        server().killNine();
        long told = Files.size(journal(id));
        Awaitility.await("more in the journal").atMost(PATIENCE).until(() -> Files.size(journal(id)) > told + 1_000);
        trainer.destroyForcibly();
        Awaitility.await("its death").atMost(PATIENCE).until(() -> !trainer.isAlive());

        String all = Files.readString(journal(id));
        String whole = all.substring(0, all.lastIndexOf('\n') + 1);
        List<String> lines = new ArrayList<>(whole.lines().toList());
        int damaged = lines.size() - 3;
        lines.set(damaged, lines.get(damaged).replace("\"seq\":", "\"no\":"));
        Files.writeString(journal(id), String.join("\n", lines) + "\n{\"crc\":\"0a");
        server().start();

        jobs().await(id, "a second attempt", job -> job.path("attempt").intValue() == 2);
        JsonNode lost = jobs().events(id).get(damaged + (int) firstSeq(lines));
        assertThat(lost.path("type").stringValue()).isEqualTo("log");
        assertThat(lost.path("message").stringValue()).contains("is lost");
        Files.write(journal(id), without(whole, damaged));
        jobs().applied(id, "{\"type\": \"stop\"}");
        jobs().awaitState(id, "stopped");
    }

    /** The invariants compare with the journal as it is: without what was lost. */
    private static byte[] without(String journal, int line) {
        List<String> lines = new ArrayList<>(journal.lines().toList());
        lines.remove(line);
        return (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private static long firstSeq(List<String> lines) {
        return Json.read(lines.get(0)).path("event").path("seq").longValue();
    }

    private Path journal(long id) {
        return server().home().resolve(Path.of("jobs", Long.toString(id), "attempts", "1", "journal.ndjson"));
    }
}
