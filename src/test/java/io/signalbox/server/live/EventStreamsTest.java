package io.signalbox.server.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.event.EventDetail.StateChanged;
import io.signalbox.event.JobState;
import io.signalbox.event.Outcome;
import io.signalbox.server.Caller;
import io.signalbox.server.Caller.Response;
import io.signalbox.server.PausedJob;
import io.signalbox.server.ServerTest;
import io.signalbox.server.ingest.Ingest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;

@ServerTest
class EventStreamsTest {

    @Autowired
    private Caller caller;

    @Autowired
    private Ingest ingest;

    @Autowired
    private JdbcTemplate jdbc;

    private long job;

    @BeforeEach
    void aJobThatWasStopped() {
        job = PausedJob.insert(jdbc);
        ingest.tell(job, 1, new StateChanged(JobState.PAUSED, JobState.STOPPED, Outcome.STOPPED_BY_COMMAND, "enough"));
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 500})
    void theStreamOfAJobThatHasEndedIsClosedWhereverOneBeginsToRead(int after) {
        Response answer = caller.authorized("GET", "/api/v1/jobs/" + job + "/events/stream?after=" + after)
                .header("Connection", "close")
                .send();

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Content-Type")).isEqualToIgnoringCase("text/event-stream;charset=UTF-8");
        assertThat(answer.body().contains("id: 0")).isEqualTo(after < 0);
    }
}
