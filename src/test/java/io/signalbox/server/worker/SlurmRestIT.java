package io.signalbox.server.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.harness.SlurmCluster;
import io.signalbox.link.TrainerCommand;
import io.signalbox.server.Home;
import io.signalbox.server.worker.Placement.State;
import io.signalbox.trainer.TrainerProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Trainers on a Slurm cluster that is reached by slurmrestd alone. */
class SlurmRestIT extends LauncherContract {

    private static SlurmCluster cluster;

    @BeforeAll
    static void startCluster() {
        cluster = SlurmCluster.startWithRest(1);
    }

    @AfterAll
    static void endCluster() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @Override
    Launcher launcher(Home on) {
        Map<String, String> values = Map.of(
                "signalbox.slurm.rest-url", cluster.rest().url(),
                "signalbox.slurm.token-file", cluster.rest().tokenFile().toString(),
                "signalbox.slurm.memory", "1GB",
                "signalbox.slurm.time-limit", "30m",
                "signalbox.slurm.poll", "200ms");
        return new SlurmLauncher(settings("signalbox.slurm", SlurmProperties.class, values), on);
    }

    @Test
    void whatTheClusterWillNeverHaveIsRejectedWithItsWords() throws Exception {
        launcher.submit(launch(99, 0));

        Placement end = awaitEnd();
        assertThat(end.state()).isEqualTo(State.REJECTED);
        assertThat(end.reason()).contains("slurmrestd", "configuration");
    }

    @Test
    void aJobIsAskedForAsItsSpecSays() throws Exception {
        TrainerProcess.writeJob(folder.resolve("home"), 100_000, "");
        launcher.submit(launch(1, 40));

        Placement running = await(attempt(), at -> at.state() == State.RUNNING);

        assertThat(running.node()).isEqualTo("n1");
        assertThat(cluster.run("scontrol", "show", "job", running.id()))
                .contains("JobName=run-1-" + attempt().number() + "\n")
                .contains(
                        "Nice=60 ", "Requeue=0 ", "TimeLimit=00:30:00 ", "MinMemoryNode=1G ", "TresPerNode=gres:gpu:1")
                .contains("WorkDir=" + assignment().attemptFolder() + "\n");
    }

    @Test
    void aTokenThatIsNoLongerGoodIsWaitedForAndReadAnew() throws Exception {
        Path token = cluster.rest().tokenFile();
        String good = Files.readString(token);
        Files.writeString(token, "none any more");
        submit(1);
        Placement waiting = await(attempt(), at -> at.reason() != null);
        assertThat(waiting.state()).isEqualTo(State.WAITING);
        assertThat(waiting.reason()).contains("token-file").doesNotContain("none any more");

        Files.writeString(token, "bad");
        await(attempt(), at -> at.reason().contains("slurmrestd"));

        Files.writeString(token, good);
        assertThat(awaitEnd().exitCode()).isEqualTo(TrainerCommand.EXIT_DONE);
    }

    @Test
    void aJobOfAnotherNameThatHasTheIdIsLeftAlone() throws Exception {
        String foreign = cluster.run(
                        "sbatch", "--parsable", "--job-name=foreign", "--output=/dev/null", "--wrap=sleep 100")
                .strip();
        SlurmJob mistaken = new SlurmJob(foreign, "run-1-1", "RUNNING", "", "0", "n1", 0, "/home");

        new SlurmRest(settings(
                        "signalbox.slurm",
                        SlurmProperties.class,
                        Map.of(
                                "signalbox.slurm.rest-url", cluster.rest().url(),
                                "signalbox.slurm.token-file",
                                        cluster.rest().tokenFile().toString())))
                .cancel(mistaken);

        assertThat(cluster.run("squeue", "-h", "-j", foreign, "-o", "%T").strip())
                .isIn("PENDING", "RUNNING");
        cluster.run("scancel", foreign);
    }
}
