package io.signalbox.server;

import java.io.IOException;
import java.io.ObjectInputFilter;
import java.net.URL;
import java.sql.SQLException;
import java.util.Arrays;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.aot.AotDetector;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** The server: {@code java -jar signalbox.jar}. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class Signalbox {

    private static final Logger LOG = LoggerFactory.getLogger(Signalbox.class);

    /** Exits with {@link StartRefusedException}'s code where the start is refused; the log has said why. */
    public static void main(String[] args) {
        // Classes loaded ahead on another thread, some in vain, gain nothing where all processors are at work anyway.
        System.setProperty("spring.backgroundpreinitializer.ignore", "true");
        readNoSerializedObjects();
        if (Arrays.asList(args).contains(MoveDatabase.COMMAND)) {
            System.exit(moveDatabase(args));
        }
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

    /** Nothing here reads Java's serialized objects, which can run anything: whatever tries to is refused from now on. */
    static void readNoSerializedObjects() {
        if (ObjectInputFilter.Config.getSerialFilter() == null) {
            ObjectInputFilter.Config.setSerialFilter(ObjectInputFilter.Config.createFilter("!*"));
        }
    }

    private static int moveDatabase(String[] args) {
        try {
            MoveDatabase.main(args);
            return 0;
        } catch (StartRefusedException e) {
            LOG.error("{} {}", e.getMessage(), e.remedy());
            return StartRefusedException.exitCode(e);
        } catch (IOException | SQLException | RuntimeException e) {
            LOG.error("The database was not moved, and nothing was changed", e);
            return StartRefusedException.exitCode(e);
        }
    }

    /** The beans of a jar were laid out when it was built; those of class folders may have changed since. */
    private static boolean laidOut() {
        URL beans = Signalbox.class.getResource("Signalbox__ApplicationContextInitializer.class");
        return beans != null && beans.getProtocol().equals("jar");
    }
}
