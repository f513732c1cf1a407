package io.signalbox.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.signalbox.harness.Fixtures;
import io.signalbox.harness.Jobs;
import io.signalbox.harness.S3Server;
import io.signalbox.harness.ServerProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trainers of this machine that share a bucket with the server, and no folder: a server that is killed finds them again. */
class BucketIT {

    /** More than are trained while a server starts. */
    private static final int EPOCHS = 100;

    @TempDir
    Path folder;

    private S3Server store;
    private ServerProcess server;
    private Jobs jobs;

    @BeforeEach
    void start() {
        store = new S3Server();
        server = store.reachedBy(ServerProcess.unstarted(
                folder,
                "signalbox.workers.warm=0",
                "signalbox.files.store=s3",
                "signalbox.files.s3.bucket=" + S3Server.BUCKET,
                "signalbox.files.s3.endpoint=" + store.endpoint(),
                "signalbox.files.node-folder=" + folder.resolve("node")));
        server.start();
        jobs = server.jobs();
        Fixtures.uploadCorners(server.api(), 640).expect(201);
    }

    @AfterEach
    void end() {
        server.close();
        store.close();
    }

    @Test
    void aServerThatIsKilledAndStartedAgainTakesNoTrainerThatLivesForLost() {
        long id = jobs.submit(Fixtures.cornersJob(EPOCHS));
        jobs.awaitEpochs(id, 1);
        ProcessHandle trainer = server.trainerOf(id);

        server.killNine();
        server.start();
        jobs.awaitEpochs(id, 2);
        assertThat(server.trainerOf(id)).isEqualTo(trainer);

        server.killNine();
        awaitTrained(id);
        server.start();

        assertThat(jobs.awaitState(id, "completed").path("attempt").intValue()).isEqualTo(1);
        assertThat(jobs.epochs(id)).containsExactlyElementsOf(Jobs.firstEpochs(EPOCHS));
        jobs.wholeStream(id, "completed");
        server.api().get("/jobs/" + id + "/checkpoints/final/content").expect(200);
        await("the end of the trainer").atMost(Duration.ofSeconds(30)).until(() -> !trainer.isAlive());
    }

    /** All of it, which the trainer's own folder tells: it waits for a server that takes it. */
    private void awaitTrained(long id) {
        await("training to be over").atMost(Duration.ofSeconds(120)).until(() -> {
            try (var found = Files.find(
                    folder.resolve("node/jobs"),
                    4,
                    (file, is) -> file.endsWith("checkpoints/final/manifest.json")
                            && file.toString().contains("/jobs/" + id + "-"))) {
                return found.findAny().isPresent();
            }
        });
    }
}
