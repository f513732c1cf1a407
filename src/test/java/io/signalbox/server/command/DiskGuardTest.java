package io.signalbox.server.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.server.PausedJob;
import io.signalbox.server.ServerTest;
import io.signalbox.server.SignalboxProperties;
import io.signalbox.server.ingest.Ingest;
import io.signalbox.server.job.JobRepository;
import io.signalbox.spec.Command;
import io.signalbox.spec.CommandRequest;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;

/** The guard on a disk of the test's own; the job's trainer is only written of. */
@ServerTest
class DiskGuardTest {

    private static final long PLENTY = 1L << 40;

    @Autowired
    private JobRepository jobs;

    @Autowired
    private CommandRepository rows;

    @Autowired
    private Commands commands;

    @Autowired
    private Ingest ingest;

    @Autowired
    private SignalboxProperties properties;

    @Autowired
    private JdbcTemplate jdbc;

    private final AtomicLong usable = new AtomicLong(PLENTY);
    private DiskGuard guard;
    private long job;

    @BeforeEach
    void aRunningJob() {
        guard = new DiskGuard(usable::get, jobs, rows, commands, ingest, properties);
        job = PausedJob.insert(jdbc);
        jobIs("RUNNING");
    }

    @AfterEach
    void leaveNoneToOtherTests() {
        jobIs("CANCELLED");
    }

    private void jobIs(String state) {
        jdbc.update("update job set state = ? where id = ?", state, job);
    }

    private void paused() {
        jdbc.update("update command set state = 'APPLIED' where job_id = ? and type = 'pause'", job);
        jobIs("PAUSED");
    }

    private List<String> asked() {
        return commands.of(job).stream().map(CommandView::type).toList();
    }

    @Test
    void pausesRunningJobsOnceWithTheReasonAndHasThemGoOnWhenThereIsRoomAgain() {
        usable.set(1 << 20);
        guard.look();
        guard.look();
        assertThat(guard.low()).isTrue();
        assertThat(asked()).containsExactly("pause");
        assertThat(commands.of(job).get(0).requestedBy()).isEqualTo("disk guard");
        assertThat(jdbc.queryForObject("select reason from job where id = ?", String.class, job))
                .contains("1 MiB left", "256 MiB");

        paused();
        usable.set(properties.disk().keepFree().toBytes() * 3 / 4);
        guard.look();
        assertThat(asked()).containsExactly("pause");

        usable.set(PLENTY);
        guard.look();
        guard.look();
        assertThat(guard.low()).isFalse();
        assertThat(asked()).containsExactly("pause", "resume");
    }

    @Test
    void leavesAJobAloneThatSomebodyResumed() {
        usable.set(0);
        guard.look();
        paused();
        commands.request(job, new CommandRequest("mine", new Command.Resume()), new Requester("ann", null));
        jdbc.update("update command set state = 'APPLIED' where job_id = ?", job);
        jobIs("RUNNING");

        guard.look();
        usable.set(PLENTY);
        guard.look();

        assertThat(asked()).containsExactly("pause", "resume");
    }

    @Test
    void hasAJobGoOnThatAnotherServerPausedButNoneThatSomebodyPaused() {
        usable.set(0);
        guard.look();
        paused();
        long other = PausedJob.insert(jdbc);
        jdbc.update("update job set state = 'RUNNING' where id = ?", other);
        commands.request(other, new CommandRequest("by-hand", new Command.Pause()), new Requester("ann", null));
        jdbc.update("update job set state = 'PAUSED' where id = ?", other);
        usable.set(PLENTY);

        new DiskGuard(usable::get, jobs, rows, commands, ingest, properties).look();

        assertThat(asked()).containsExactly("pause", "resume");
        assertThat(commands.of(other)).hasSize(1);
        jdbc.update("update job set state = 'CANCELLED' where id = ?", other);
    }
}
