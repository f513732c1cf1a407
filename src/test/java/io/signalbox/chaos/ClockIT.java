package io.signalbox.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.harness.Fixtures;
import io.signalbox.harness.Jobs;
import io.signalbox.harness.ServerProcess;
import io.signalbox.harness.SettableClock;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** F84: the clock of server and trainers is set while they work, by two days, forward and back. */
class ClockIT {

    private static final Duration TWO_DAYS = Duration.ofDays(2);

    @TempDir
    Path folder;

    @Test
    void aClockThatIsSetEndsNobodyAndKeepsNobodyWaiting() {
        SettableClock clock = SettableClock.in(folder);
        ServerProcess fresh = ServerProcess.unstarted(folder, "signalbox.workers.slots=1");
        clock.environment().forEach(fresh::with);
        try (ServerProcess server = fresh) {
            server.start();
            Jobs jobs = server.jobs();
            Fixtures.uploadCorners(server.api(), 320).expect(201);
            long id = jobs.submit(Fixtures.cornersJob(10_000) + "retries: 1\nresources: {time_limit: 1h}\n");
            jobs.awaitEpochs(id, 1);

            clock.set(TWO_DAYS);
            server.trainerOf(id).destroyForcibly(); // the next attempt is put off, by a second, to in two days
            jobs.await(
                    id,
                    "its death to be noticed",
                    job -> !job.path("state").stringValue().equals("running"));
            clock.set(TWO_DAYS.negated());
            jobs.await(id, "a second attempt", job -> job.path("attempt").intValue() == 2);

            jobs.applied(id, "{\"type\": \"pause\"}");
            jobs.command(id, "{\"type\": \"stop\", \"at\": \"epoch\", \"deadline_seconds\": 3600}");
            clock.set(TWO_DAYS);
            String saved = jobs.applied(id, "{\"type\": \"save_checkpoint\"}")
                    .at("/applied_at/time")
                    .stringValue();
            assertThat(Instant.parse(saved))
                    .as("the clock of the trainer")
                    .isAfter(Instant.now().plus(Duration.ofDays(1)));
            FaultsSpecification.await(Duration.ofSeconds(1)); // in which the server looks for who is overdue
            jobs.applied(id, "{\"type\": \"resume\"}");

            JsonNode job = jobs.awaitState(id, "stopped");
            assertThat(job.path("attempt").intValue()).isEqualTo(2);
            assertThat(jobs.events(id, "alert")).isEmpty();
            jobs.wholeStream(id, "stopped");
        }
    }
}
