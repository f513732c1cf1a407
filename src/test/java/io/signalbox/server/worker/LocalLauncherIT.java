package io.signalbox.server.worker;

import io.signalbox.server.Home;
import java.time.Clock;

/** Trainers on this machine. */
class LocalLauncherIT extends LauncherContract {

    @Override
    Launcher launcher(Home on) {
        return new LocalLauncher(on, 0, Clock.systemUTC());
    }
}
