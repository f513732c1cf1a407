package io.signalbox.server.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.signalbox.event.EventDetail;
import io.signalbox.event.EventDetail.Log;
import io.signalbox.server.Caller;
import io.signalbox.server.PausedJob;
import io.signalbox.server.ServerTest;
import io.signalbox.server.Uptime;
import io.signalbox.server.ingest.Ingest;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;
import org.springframework.jdbc.core.JdbcTemplate;

@ServerTest
class SlowClientTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** A clock that can be set forward. */
    @TestConfiguration
    static class Later implements Uptime {

        private final Uptime real = Uptime.fromNow();
        private volatile Duration ahead = Duration.ZERO;

        @Bean
        @Primary
        Uptime later() {
            return this;
        }

        @Override
        public Duration now() {
            return real.now().plus(ahead);
        }
    }

    @Autowired
    private Ingest ingest;

    @Autowired
    private JdbcTemplate jdbc;

    @Autowired
    private Caller caller;

    @Autowired
    private Later uptime;

    /** What it is told fills the buffers of both ends, so that a message of the server stays on its way. */
    @Test
    void isKeptForMinutesWithAMessageOnItsWayWhereAnIdleOneThatIsSilentIsDropped() {
        long job = PausedJob.insert(jdbc);
        EventDetail[] large = IntStream.range(0, 100)
                .mapToObj(i -> new Log("info", "x".repeat(2_000)))
                .toArray(EventDetail[]::new);
        try (var idle = new LiveClientSocket(caller);
                var slow = new LiveClientSocket(caller)) {
            slow.stopReading();
            slow.say("{\"subscribe\":\"job\",\"job_id\":" + job + ",\"after\":-1}");
            for (int i = 0; i < 60; i++) {
                ingest.tell(job, 1, large);
            }

            uptime.ahead = Duration.ofMinutes(2);
            await().atMost(PATIENCE).until(() -> idle.closeStatus() != 0);
            slow.readOn();

            await().atMost(PATIENCE).until(() -> slow.seqs().size() == 60 * large.length);
            assertThat(slow.closeStatus()).isZero();
        }
    }
}
