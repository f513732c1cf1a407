package io.signalbox.server;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.test.context.ContextConfiguration;

/** Runs against the whole server, on a free port and a home of its own; all such tests share one. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "signalbox.workers.warm=0",
            "signalbox.uploads.max-size=4MB",
            "signalbox.notifications.allowed-networks=127.0.0.1/32",
            "server.tomcat.connection-timeout=2s"
        })
@ContextConfiguration(initializers = ServerTest.TemporaryHome.class)
public @interface ServerTest {

    /** Gives the server a new home under {@code target}. */
    final class TemporaryHome implements ApplicationContextInitializer<ConfigurableApplicationContext> {

        @Override
        public void initialize(ConfigurableApplicationContext context) {
            try {
                Path homes = Files.createDirectories(Path.of("target", "homes"));
                Path home = Files.createTempDirectory(homes, "home").toAbsolutePath();
                TestPropertyValues.of("signalbox.home=" + home).applyTo(context);
                if (Boolean.getBoolean("test.postgres")) {
                    onPostgres(context);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** With {@code -Dtest.postgres=true} the same tests run on a real PostgreSQL, a new one for each server. */
        private static void onPostgres(ConfigurableApplicationContext context) throws IOException {
            EmbeddedPostgres postgres = EmbeddedPostgres.start();
            TestPropertyValues.of(
                            "spring.datasource.url=" + postgres.getJdbcUrl("postgres", "postgres"),
                            "spring.datasource.username=postgres",
                            "spring.datasource.password=postgres")
                    .applyTo(context);
        }
    }
}
