package io.signalbox.server.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.link.TrainerCommand;
import io.signalbox.server.Home;
import io.signalbox.server.Uptime;
import io.signalbox.server.worker.Placement.State;
import java.nio.file.Files;
import java.time.Clock;
import org.junit.jupiter.api.Test;

/** Trainers on this machine. */
class LocalLauncherIT extends LauncherContract {

    @Override
    Launcher launcher(Home on) {
        return new LocalLauncher(on, 0, Clock.systemUTC(), Uptime.fromNow());
    }

    /** It may be frozen, and never connect. */
    @Test
    void theProcessThatAnEarlierServerStartedIsKnownByItsLockAndCanBeEnded() throws Exception {
        submitLong();
        reopen();

        assertThat(launcher.observe(attempt()).id()).isEqualTo(Long.toString(ledger.pid()));
        launcher.cancel(attempt());

        await(attempt(), Placement::isOver);
    }

    @Test
    void aTrainerIsFoundAgainThoughItConnectsBeforeTheNextServerLooks() throws Exception {
        submitLong();
        reopen();

        launcher.connected(attempt(), ledger.pid());

        assertThat(launcher.observe(attempt()).id()).isEqualTo(Long.toString(ledger.pid()));
    }

    /** The server that died had given it the job, and it takes the lock when the next server has looked already. */
    @Test
    void whatWasSaidToBeLostCannotBeginAnyMore() throws Exception {
        Files.createDirectories(assignment().job());
        Launcher next = another();
        assertThat(next.observe(attempt()).state()).isEqualTo(State.LOST);

        submit(1);

        assertThat(awaitEnd().exitCode()).isEqualTo(TrainerCommand.EXIT_FENCED);
        assertThat(ledger.size()).isZero();
        next.close();
    }
}
