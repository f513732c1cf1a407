package io.signalbox.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.harness.Failpoints;
import io.signalbox.harness.Fixtures;
import io.signalbox.harness.Jobs;
import io.signalbox.harness.ServerProcess;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/**
 * A server killed where it hurts most, on whatever database. One server in all tests, killed and started again in each;
 * after each the {@link Invariants} hold.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class FaultsSpecification {

    static final Duration PATIENCE = Duration.ofSeconds(60);

    static final int EPOCHS = 3;
    static final int LONG = 10_000;

    private ServerProcess server;
    private Failpoints failpoints;
    private Invariants invariants;
    private long undisturbed;
    private int submitted;

    /** Takes a server that is not launched yet; what it finds of datasets and jobs is its own. */
    final void begin(ServerProcess fresh) {
        server = fresh;
        failpoints = server.failpoints();
        server.start();
        invariants = new Invariants(server);
        Fixtures.uploadFlowers(server.api()).expect(201);
        Fixtures.uploadCorners(server.api(), 320).expect(201);
        undisturbed = submit(Fixtures.flowersJob(EPOCHS));
        jobs().awaitState(undisturbed, "completed");
    }

    @AfterAll
    void endServer() {
        if (server != null) {
            server.close();
        }
    }

    @AfterEach
    void theInvariantsHold() {
        failpoints.clear();
        invariants.check();
    }

    final ServerProcess server() {
        return server;
    }

    final Failpoints failpoints() {
        return failpoints;
    }

    final Jobs jobs() {
        return server.jobs();
    }

    final long submit(String spec) {
        return invariants.submit("job-" + submitted++, spec);
    }

    /** Kills the server when somebody in it has come to the point, and starts it again. */
    final void killServerAt(String point) {
        assertThat(failpoints.awaitReached(point).pid()).isEqualTo(server.pid());
        server.killNine();
        server.start();
    }

    final void assertEndsAsUndisturbed(long id) {
        jobs().awaitState(id, "completed");
        assertThat(jobs().history(id)).isEqualTo(jobs().history(undisturbed));
        assertThat(bestWeights(id)).isEqualTo(bestWeights(undisturbed));
    }

    private byte[] bestWeights(long id) {
        return server.api()
                .get("/jobs/" + id + "/checkpoints/best/files/model.safetensors")
                .expect(200)
                .body();
    }

    /** F01, F02. */
    @ParameterizedTest
    @ValueSource(strings = {"submit.before-commit", "submit.after-commit"})
    void aJobWhoseSubmissionWasCutOffIsThereOnceWhenItIsSubmittedAgain(String point) {
        String key = point + submitted;
        failpoints.set(point);
        CompletableFuture<Long> cutOff =
                CompletableFuture.supplyAsync(() -> invariants.submit(key, Fixtures.flowersJob(EPOCHS)));

        killServerAt(point);

        assertThatThrownBy(cutOff::join).isInstanceOf(CompletionException.class);
        long before = newest();
        long id = invariants.submit(key, Fixtures.flowersJob(EPOCHS));
        assertThat(id == before).isEqualTo(point.equals("submit.after-commit"));
        assertEndsAsUndisturbed(id);
    }

    private long newest() {
        return server.api()
                .get("/jobs?limit=1")
                .expect(200)
                .json()
                .path("items")
                .path(0)
                .path("id")
                .longValue();
    }

    /** F03, F04, F05, F06, F07, F09: in one job, one after another, as it comes to them. */
    @Test
    void aJobInWhichTheServerWasKilledEndsAsOneThatNobodyDisturbed() {
        List<String> points = List.of(
                "live.fan-out",
                "start.before-spawn",
                "start.after-spawn",
                "checkpoint.register",
                "ingest.before-commit",
                "ingest.before-ack");
        points.forEach(failpoints::set);
        CompletableFuture<Long> cutOff = CompletableFuture.supplyAsync(() -> invariants.submit("killed", spec()));

        for (int kill = 0; kill < points.size(); kill++) {
            assertThat(failpoints.awaitAnyReached().pid()).isEqualTo(server.pid());
            server.killNine();
            failpoints.forgetReached();
            server.start();
        }

        assertThatThrownBy(cutOff::join).isInstanceOf(CompletionException.class);
        long id = invariants.submit("killed", spec());
        assertEndsAsUndisturbed(id);
        assertThat(jobs().get(id).path("attempt").intValue()).isLessThanOrEqualTo(3);
        // The first had no trainer; that of the second may have had no time to be seen by the server that came then.
    }

    private static String spec() {
        return Fixtures.flowersJob(EPOCHS);
    }

    /** F08. */
    @Test
    void aCommandThatWasTakenButNotDeliveredIsAppliedOnce() {
        long id = submit(Fixtures.cornersJob(LONG));
        jobs().awaitEpochs(id, 1);
        failpoints.set("command.after-commit");
        CompletableFuture<JsonNode> cutOff =
                CompletableFuture.supplyAsync(() -> jobs().command(id, "{\"type\": \"stop\"}"));

        killServerAt("command.after-commit");

        assertThatThrownBy(cutOff::join).isInstanceOf(CompletionException.class);
        jobs().awaitState(id, "stopped");
        assertThat(jobs().events(id, "command_applied")).hasSize(1);
    }

    /** Time is the condition where the moment of a fault is to be any. */
    static void await(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        Awaitility.await()
                .atMost(time.plus(PATIENCE))
                .pollInterval(Duration.ofMillis(10))
                .until(() -> System.nanoTime() - end >= 0);
    }
}
