package io.signalbox.server.worker;

import io.signalbox.server.Home;
import io.signalbox.server.SignalboxProperties;
import io.signalbox.server.Uptime;
import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Chosen when the server starts: conditions on beans are decided when it is built. */
@Configuration(proxyBeanMethods = false)
class LauncherConfiguration {

    @Bean(destroyMethod = "") // the pool closes it, after its last use
    Launcher launcher(
            SignalboxProperties properties,
            SlurmProperties slurm,
            KubernetesProperties kubernetes,
            Home home,
            Clock clock,
            Uptime uptime) {
        return switch (properties.launcher()) {
            case LOCAL -> new LocalLauncher(home, properties.workers().warm(), clock, uptime);
            case SLURM -> new SlurmLauncher(slurm, home);
            case KUBERNETES -> KubernetesLauncher.of(properties, kubernetes, home);
        };
    }
}
