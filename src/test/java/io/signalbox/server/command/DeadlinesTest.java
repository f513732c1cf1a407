package io.signalbox.server.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.server.Caller;
import io.signalbox.server.PausedJob;
import io.signalbox.server.ServerTest;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;

/** How long trainers may take to end that were told to. */
@ServerTest
class DeadlinesTest {

    @Autowired
    private Caller caller;

    @Autowired
    private JdbcTemplate jdbc;

    private Duration now = Duration.ofHours(3);
    private Deadlines deadlines;
    private long job;

    @BeforeEach
    void aJobThatIsToStopWithinAMinute() {
        deadlines = new Deadlines(jdbc, () -> now);
        job = PausedJob.insert(jdbc);
        caller.authorized("POST", "/api/v1/jobs/" + job + "/commands")
                .send("application/json", "{\"type\": \"stop\", \"deadline_seconds\": 60, \"id\": \"end\"}");
        assertThat(deadlines.passed()).doesNotContain(job);
    }

    @Test
    void passWhenTheirTimeIsOver() {
        now = now.plusSeconds(59);
        assertThat(deadlines.passed()).doesNotContain(job);

        now = now.plusSeconds(1);
        assertThat(deadlines.passed()).contains(job);
    }

    @Test
    void doNotPassByTheClockOfTheMachine() {
        jdbc.update("""
                update command set requested_at = requested_at - interval '2' day, kill_at = kill_at - interval '2' day
                where job_id = ?""", job);

        now = now.plusSeconds(59);

        assertThat(deadlines.passed()).doesNotContain(job);
    }

    @Test
    void areCountedAnewByTheNextServer() {
        now = now.plusSeconds(59);
        Deadlines next = new Deadlines(jdbc, () -> now);
        assertThat(next.passed()).doesNotContain(job);

        now = now.plusSeconds(59);

        assertThat(next.passed()).doesNotContain(job);
    }

    @Test
    void endWithTheJobsTrainer() {
        jdbc.update("update job set state = 'STOPPED' where id = ?", job);
        now = now.plusSeconds(60);

        assertThat(deadlines.passed()).doesNotContain(job);
    }
}
