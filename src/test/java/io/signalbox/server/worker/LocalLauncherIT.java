package io.signalbox.server.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.server.Home;
import io.signalbox.server.Uptime;
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
}
