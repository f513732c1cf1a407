package io.signalbox.server;

import java.net.URL;
import org.springframework.aot.AotDetector;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** The server: {@code java -jar signalbox.jar}. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class Signalbox {

    /** Exits with {@link StartRefusedException}'s code where the start is refused; the log has said why. */
    public static void main(String[] args) {
        // Classes loaded ahead on another thread, some in vain, gain nothing where all processors are at work anyway.
        System.setProperty("spring.backgroundpreinitializer.ignore", "true");
        SpringApplication application = new SpringApplication(Signalbox.class);
        if (laidOut()) {
            System.setProperty(AotDetector.AOT_ENABLED, "true");
            application.addInitializers(new LateRepositories());
        }
        try {
            application.run(args);
        } catch (SpringApplication.AbandonedRunException e) {
            throw e; // the build's look at the beans, which ends here
        } catch (RuntimeException e) {
            System.exit(StartRefusedException.exitCode(e));
        }
    }

    /** The beans of a jar were laid out when it was built; those of class folders may have changed since. */
    private static boolean laidOut() {
        URL beans = Signalbox.class.getResource("Signalbox__ApplicationContextInitializer.class");
        return beans != null && beans.getProtocol().equals("jar");
    }
}
