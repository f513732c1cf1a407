package io.signalbox.server.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.event.Event;
import io.signalbox.event.EventDetail.StateChanged;
import io.signalbox.event.EventDetail.TrainBegin;
import io.signalbox.event.JobState;
import io.signalbox.event.Outcome;
import io.signalbox.link.TrainerCommand;
import io.signalbox.server.Caller;
import io.signalbox.server.Home;
import io.signalbox.server.PausedJob;
import io.signalbox.server.ServerTest;
import io.signalbox.server.ingest.Ingest;
import io.signalbox.server.job.JobView;
import io.signalbox.server.job.JobViews;
import io.signalbox.server.worker.Placement.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;

/** What becomes of a job whose trainer ended, by how it ended. */
@ServerTest
class TrainerDeathTest {

    private static final CauseOfDeath CRASH = CauseOfDeath.of(exited(1), null);

    @Autowired
    private Caller caller;

    @Autowired
    private TrainerDeath death;

    @Autowired
    private Ingest ingest;

    @Autowired
    private JobViews views;

    @Autowired
    private Home home;

    @Autowired
    private JdbcTemplate jdbc;

    private long job;
    private long seq;

    @BeforeEach
    void aRunningJob() throws IOException {
        job = PausedJob.insert(jdbc);
        Path attempt = Files.createDirectories(home.job(job).resolve("attempts/1"));
        Files.writeString(attempt.resolve("journal.ndjson"), "");
        Files.writeString(attempt.resolve("trainer.log"), "the last thing it said\n");
        seq = 0;
        ingest.receive(job, List.of(event(new TrainBegin(9, 2, 10, null), 5)));
    }

    /** The pool would start a job that is queued; this one it leaves. */
    @AfterEach
    void nobodyStartsIt() {
        jdbc.update("update job set state = 'FAILED' where id = ?", job);
    }

    private Event event(io.signalbox.event.EventDetail detail, long step) {
        return new Event(seq++, Instant.now(), job, 1, 0, step, detail);
    }

    private void dies(@Nullable CauseOfDeath verdict, int retries) {
        jdbc.update("update job set state = 'RUNNING', retries = ?, not_before = null where id = ?", retries, job);
        death.of(new Attempt(job, 1), Placement.of(State.LOST), verdict);
        // Nobody is to start it.
        jdbc.update("update job set priority = -1000 where id = ?", job);
    }

    private static Placement exited(int code) {
        return new Placement(State.EXITED, "1", null, null, code);
    }

    private JobView view() {
        return views.full(job);
    }

    @Test
    void failsWithTheCauseAndTheEndOfTheLogWhenNoRetriesWereAskedFor() {
        dies(CRASH, 0);

        assertThat(view().state()).isEqualTo(JobState.FAILED);
        assertThat(view().outcome()).isEqualTo(Outcome.ERROR);
        assertThat(view().reason())
                .isEqualTo("the trainer of attempt 1 ended with exit code 1 before the job was done;"
                        + " no retries were asked for; its log ends: the last thing it said");
    }

    /** It hung, say, and never heard of the command. */
    @Test
    void hasStoppedWhereTheTimeToStopWasOverWhateverRetriesAreLeft() {
        caller.authorized("POST", "/api/v1/jobs/" + job + "/commands")
                .send("application/json", "{\"type\": \"stop\", \"deadline_seconds\": 60, \"id\": \"end\"}");

        dies(CauseOfDeath.OVERDUE, 5);

        assertThat(view().state()).isEqualTo(JobState.STOPPED);
        assertThat(view().outcome()).isEqualTo(Outcome.STOPPED_BY_COMMAND);
        assertThat(view().reason()).contains("had not stopped in the time that it was given");
        assertThat(caller.authorized("GET", "/api/v1/jobs/" + job + "/commands/end")
                        .send()
                        .json()
                        .path("state")
                        .asString())
                .isEqualTo("applied");
    }

    @Test
    void isTriedAgainAfterAWhile() {
        dies(CRASH, 1);

        assertThat(view().state()).isEqualTo(JobState.QUEUED);
        assertThat(view().reason()).contains("to be tried again: attempt 1 crashed");
    }

    @Test
    void failsAtTheThirdCrashAtOneStepThoughRetriesAreLeft() {
        dies(CRASH, 100);
        dies(CRASH, 100);
        assertThat(view().state()).isEqualTo(JobState.QUEUED);
        dies(CRASH, 100);

        assertThat(view().state()).isEqualTo(JobState.FAILED);
        assertThat(view().reason()).contains("it is the crash number 3 in a row after 5 steps", "its log ends: ");
    }

    @Test
    void crashesAtOtherStepsAreCountedAnew() {
        dies(CRASH, 100);
        dies(CRASH, 100);
        ingest.receive(job, List.of(fromServer(new TrainBegin(9, 2, 10, null), 6)));
        dies(CRASH, 100);

        assertThat(view().state()).isEqualTo(JobState.QUEUED);
    }

    /** The server told of the state meanwhile. */
    private Event fromServer(io.signalbox.event.EventDetail detail, long step) {
        long next = jdbc.queryForObject("select last_seq from job_progress where job_id = ?", Long.class, job) + 1;
        return new Event(next, Instant.now(), job, 1, 0, step, detail);
    }

    @Test
    void isNotTriedAgainWhenAnotherAttemptWouldComeToTheSame() {
        dies(CauseOfDeath.overMemory(3L << 30, 2L << 30), 100);

        assertThat(view().state()).isEqualTo(JobState.FAILED);
        assertThat(view().outcome()).isEqualTo(Outcome.MEMORY_LIMIT);
        assertThat(view().reason()).contains("3072 MiB", "2048 MiB of resources.memory");
    }

    @Test
    void oneThatFoundAnotherAtWorkCostsNoRetry() throws Exception {
        Files.delete(home.job(job).resolve("attempts/1/journal.ndjson"));
        jdbc.update("update job set state = 'STARTING', retries = 0, priority = -1000 where id = ?", job);

        death.of(new Attempt(job, 1), exited(TrainerCommand.EXIT_FENCED), null);

        assertThat(view().state()).isEqualTo(JobState.QUEUED);
    }

    @Test
    void keepsTheEndThatItsStreamToldWhateverTheProcessEndedWith() {
        jdbc.update("update job set state = 'RUNNING' where id = ?", job);
        ingest.receive(
                job,
                List.of(event(
                        new StateChanged(JobState.RUNNING, JobState.COMPLETED, Outcome.FINISHED, "all is done"), 9)));
        death.of(new Attempt(job, 1), Placement.of(State.LOST), CRASH);

        assertThat(view().state()).isEqualTo(JobState.COMPLETED);
        assertThat(view().reason()).isEqualTo("all is done");
        assertThat(view().lastSeq()).isEqualTo(1);
    }
}
