package io.signalbox.server;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.boot.security.autoconfigure.UserDetailsServiceAutoConfiguration;

/** The server: {@code java -jar signalbox.jar}. */
@SpringBootApplication(exclude = UserDetailsServiceAutoConfiguration.class)
@ConfigurationPropertiesScan
public class Signalbox {

    /** Exits with {@link StartRefusedException}'s code where the start is refused; the log has said why. */
    public static void main(String[] args) {
        try {
            SpringApplication.run(Signalbox.class, args);
        } catch (RuntimeException e) {
            System.exit(StartRefusedException.exitCode(e));
        }
    }
}
