package io.signalbox.server.worker;

import io.signalbox.server.Home;
import io.signalbox.server.SignalboxProperties;
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
            Clock clock) {
        return switch (properties.launcher()) {
            case LOCAL -> new LocalLauncher(home, properties.workers().warm(), clock);
            case SLURM -> new SlurmLauncher(slurm, home);
            case KUBERNETES -> KubernetesLauncher.of(properties, kubernetes, home);
        };
    }
}
