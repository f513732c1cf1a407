package io.signalbox.server.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.signalbox.harness.TcpProxy;
import io.signalbox.server.Database;
import io.signalbox.server.SignalboxProperties;
import io.signalbox.server.cluster.Leadership.NotLeadingException;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.jdbc.core.JdbcTemplate;

/** Who of two servers leads, on a real PostgreSQL that the first reaches through a proxy. */
class LeadershipTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static EmbeddedPostgres postgres;
    private static JdbcTemplate jdbc;

    private final Work work = new Work();
    private final Work otherWork = new Work();
    private TcpProxy proxy;
    private Leadership first;
    private Leadership second;

    /** Something that only the leader does. */
    private static final class Work implements Duty {

        private volatile boolean running;

        @Override
        public void start() {
            running = true;
        }

        @Override
        public void stop() {
            running = false;
        }

        @Override
        public boolean isRunning() {
            return running;
        }
    }

    @BeforeAll
    static void startPostgres() throws IOException {
        postgres = EmbeddedPostgres.start();
        jdbc = new JdbcTemplate(postgres.getPostgresDatabase());
        Flyway.configure().dataSource(postgres.getPostgresDatabase()).load().migrate();
    }

    @AfterAll
    static void endPostgres() throws IOException {
        postgres.close();
    }

    @BeforeEach
    void theFirstLeads() throws IOException {
        proxy = new TcpProxy(postgres.getPort());
        first = server(proxy.port(), work);
        second = server(postgres.getPort(), otherWork);
        first.start();
        await().atMost(PATIENCE).until(() -> work.running);
        second.start();
    }

    @AfterEach
    void end() throws IOException {
        first.stop();
        second.stop();
        proxy.close();
        await("both sessions to be over").atMost(PATIENCE).until(() -> sessions() == 0);
    }

    private static Leadership server(int port, Duty duty) {
        SignalboxProperties several = new Binder(
                        new MapConfigurationPropertySource(Map.of("signalbox.servers", "several")))
                .bind("signalbox", SignalboxProperties.class)
                .get();
        var beans = new StaticListableBeanFactory(Map.of("duty", duty));
        return new Leadership(
                several,
                new Database("jdbc:postgresql://localhost:" + port + "/postgres", "postgres", "postgres", null),
                jdbc,
                beans.getBeanProvider(Duty.class));
    }

    private static long sessions() {
        return jdbc.queryForObject(
                "select count(*) from pg_stat_activity where application_name = 'signalbox leadership'", Long.class);
    }

    @Test
    void oneLeadsAndTheNextTakesOverWhenItEnds() {
        assertThat(first.isLeading()).isTrue();
        assertThat(second.isLeading()).isFalse();
        assertThatCode(first::require).doesNotThrowAnyException();
        assertThatExceptionOfType(NotLeadingException.class).isThrownBy(second::require);

        first.stop();

        await().atMost(PATIENCE).until(() -> otherWork.running);
        assertThatCode(second::require).doesNotThrowAnyException();
    }

    @Test
    void aLeaderWhoseConnectionBreaksStopsItsWorkAndOneOfThemLeadsAgain() {
        proxy.cut();

        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(first.isLeading()).isNotEqualTo(second.isLeading());
            assertThat(work.running).isNotEqualTo(otherWork.running);
            Leadership leader = first.isLeading() ? first : second;
            assertThatCode(leader::require).doesNotThrowAnyException(); // the old one may not know yet
        });
    }

    @Test
    void aLeaderThatDoesNotKnowYetThatItIsDeposedStartsNothing() {
        proxy.swallow();
        jdbc.queryForList("select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and granted");

        await().atMost(PATIENCE).until(second::isLeading);
        assertThatExceptionOfType(NotLeadingException.class).isThrownBy(first::require);
        await("the first to notice").atMost(PATIENCE).until(() -> !work.running);
    }
}
