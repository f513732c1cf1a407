package io.signalbox.server.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.harness.SlurmCluster;
import io.signalbox.link.TrainerCommand;
import io.signalbox.server.Home;
import io.signalbox.server.worker.Placement.State;
import io.signalbox.trainer.TrainerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Trainers on a Slurm cluster. */
class SlurmLauncherIT extends LauncherContract {

    private static SlurmCluster cluster;

    @BeforeAll
    static void startCluster() {
        cluster = SlurmCluster.start(1);
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
                "signalbox.slurm.conf", cluster.conf().toString(),
                "signalbox.slurm.memory", "1GB",
                "signalbox.slurm.poll", "200ms");
        return new SlurmLauncher(settings("signalbox.slurm", SlurmProperties.class, values), on);
    }

    private Attempt submitWaiting(int gpus, int priority) throws IOException {
        nextAttempt();
        launcher.submit(launch(gpus, priority));
        return attempt();
    }

    private String device(Attempt attempt) throws IOException {
        await(attempt, at -> at.state() == State.RUNNING);
        long pid = SlurmCluster.trainer(assignmentOf(attempt).attemptFolder()).pid();
        return Stream.of(Files.readString(Path.of("/proc", Long.toString(pid), "environ"))
                        .split("\0"))
                .filter(variable -> variable.startsWith("CUDA_VISIBLE_DEVICES="))
                .findFirst()
                .orElse("none");
    }

    @Test
    void theAssignmentIsForItsOwnersEyesAndGoesWithTheAttempt() throws Exception {
        submitLong();

        Path file = assignment().attemptFolder().resolve("assignment.json");
        assertThat(Files.getPosixFilePermissions(file)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertThat(Files.readString(file)).contains(assignment().secret());

        launcher.cancel(attempt());
        awaitEnd();
        launcher.forget(attempt());
        assertThat(file).doesNotExist();
    }

    @Test
    void gpusAreGivenOnceAndWhoeverLacksOneWaitsInTheOrderOfPriority() throws Exception {
        TrainerProcess.writeJob(folder.resolve("home"), 100_000, "");
        List<Attempt> attempts = new ArrayList<>();
        Attempt first = submitWaiting(1, 0);
        Attempt second = submitWaiting(1, 0);
        attempts.addAll(List.of(first, second));
        assertThat(List.of(device(first), device(second)))
                .containsExactlyInAnyOrder("CUDA_VISIBLE_DEVICES=0", "CUDA_VISIBLE_DEVICES=1");

        Attempt later = submitWaiting(1, 0);
        await(later, at -> at.id() != null);
        Attempt urgent = submitWaiting(1, 100);
        attempts.addAll(List.of(later, urgent));
        Placement waits = await(later, at -> at.reason() != null && at.reason().contains("("));
        assertThat(waits.state()).isEqualTo(State.WAITING);
        assertThat(waits.reason()).containsPattern("PENDING \\((Resources|Priority)\\)");

        launcher.cancel(first);
        await(first, Placement::isOver);
        await(urgent, at -> at.state() == State.RUNNING);
        assertThat(launcher.observe(later).state()).isEqualTo(State.WAITING);

        launcher.cancel(later);
        assertThat(await(later, Placement::isOver).state()).isEqualTo(State.CANCELLED);
        assertThat(launcher.observe(later).node()).isNull();
        attempts.forEach(launcher::cancel);
        attempts.forEach(attempt -> await(attempt, Placement::isOver));
    }

    @Test
    void whatTheClusterWillNeverHaveIsRejectedWithItsWords() throws Exception {
        Attempt refused = submitWaiting(99, 0);

        Placement end = await(refused, Placement::isOver);
        assertThat(end.state()).isEqualTo(State.REJECTED);
        assertThat(end.reason()).contains("sbatch", "configuration");

        await(submitWaiting(99, 0), Placement::isOver); // by then Slurm was asked for the first one, too
        assertThat(launcher.observe(refused)).isEqualTo(end);
    }

    @Test
    void aJobThatSomebodyElseCancelsIsToldAsThat() throws Exception {
        submitLong();

        cluster.run("scancel", launcher.observe(attempt()).id());

        assertThat(awaitEnd().state()).isEqualTo(State.CANCELLED);
    }

    @Test
    void slurmsOwnSecondRunIsNotTheAttempt() throws Exception {
        submitLong();

        cluster.run("scontrol", "update", "jobid=" + launcher.observe(attempt()).id(), "requeue=1");
        cluster.run("scontrol", "requeue", launcher.observe(attempt()).id());

        Placement end = awaitEnd();
        assertThat(end.state()).isIn(State.EXITED, State.PREEMPTED);
        if (end.state() == State.EXITED) {
            assertThat(end.exitCode()).isEqualTo(TrainerCommand.EXIT_AGAIN);
        }
        assertThat(ledger.hellos()).isEqualTo(1);
    }

    @Test
    void aControllerThatForgetsAJobAndGivesItsIdToAnotherIsSurvived() throws Exception {
        TrainerProcess.writeJob(folder.resolve("home"), 100_000, "");
        launcher.submit(launch(0, 0));
        String id = await(attempt(), at -> at.id() != null).id();
        cluster.killController();
        cluster.startController();

        Placement after = await(attempt(), at -> at.isOver() || ledger.size() > 0);

        if (after.isOver()) { // it had not saved its state yet, which is what it does mostly
            assertThat(after.state()).isEqualTo(State.LOST);
            String foreign = submitForeign();
            while (Integer.parseInt(foreign) < Integer.parseInt(id)) { // it may have forgotten those before as well
                foreign = submitForeign();
            }
            assertThat(foreign).isEqualTo(id);
            launcher.cancel(attempt());
            assertThat(awaitEnd().state()).isEqualTo(State.LOST);
            assertThat(cluster.run("squeue", "-h", "-j", foreign, "-o", "%T").strip())
                    .isIn("PENDING", "RUNNING");
            cluster.run("scancel", "--name=foreign");
        }
    }

    private static String submitForeign() {
        return cluster.run("sbatch", "--parsable", "--job-name=foreign", "--output=/dev/null", "--wrap=sleep 100")
                .strip();
    }
}
