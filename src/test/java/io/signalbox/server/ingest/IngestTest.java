package io.signalbox.server.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.event.Event;
import io.signalbox.event.EventDetail;
import io.signalbox.event.EventDetail.BatchEnd;
import io.signalbox.event.EventDetail.CommandApplied;
import io.signalbox.event.EventDetail.EpochEnd;
import io.signalbox.event.EventDetail.LearningRateChanged;
import io.signalbox.event.EventDetail.StateChanged;
import io.signalbox.event.EventDetail.TrainBegin;
import io.signalbox.event.JobState;
import io.signalbox.event.Outcome;
import io.signalbox.server.PausedJob;
import io.signalbox.server.ServerTest;
import io.signalbox.server.history.EpochLogs;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;

@ServerTest
class IngestTest {

    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678Z");

    @Autowired
    private Ingest ingest;

    @Autowired
    private EventStore store;

    @Autowired
    private EpochLogs epochLogs;

    @Autowired
    private JdbcTemplate jdbc;

    private long job;

    @BeforeEach
    void aJob() {
        job = PausedJob.insert(jdbc);
    }

    /** In one lane with the job, for there are four of them. */
    private static final int LANES = 4;

    private Event event(long seq, Integer epoch, Long step, EventDetail detail) {
        return new Event(seq, NOW, job, 1, epoch, step, detail);
    }

    /** Two steps and the end of an epoch, from {@code seq} on. */
    private List<Event> epoch(long seq, int epoch, double loss) {
        long step = epoch * 2L;
        return List.of(
                event(seq, epoch, step, new BatchEnd(0, Map.of("loss", loss))),
                event(seq + 1, epoch, step + 1, new BatchEnd(1, Map.of("loss", loss))),
                event(seq + 2, epoch, step + 2, new EpochEnd(Map.of("loss", loss, "val_loss", loss), 1, 10)));
    }

    private List<Integer> epochs() {
        return epochLogs.of(job).stream().map(EpochLogs.Row::epoch).toList();
    }

    private long points(String name, String axis) {
        return jdbc.queryForObject(
                "select points from series where job_id = ? and name = ? and axis = ?", Long.class, job, name, axis);
    }

    @Test
    void anEventSentTwiceIsStoredOnce() {
        ingest.receive(job, epoch(0, 0, 0.5));
        ingest.receive(job, epoch(0, 0, 0.5));

        assertThat(store.after(job, -1, 100)).hasSize(3);
        assertThat(points("loss", "step")).isEqualTo(2);
        assertThat(epochs()).containsExactly(0);
    }

    @Test
    void aFrameThatOverlapsWhatIsHeldAddsOnlyWhatIsNew() {
        List<Event> all = new ArrayList<>(epoch(0, 0, 0.5));
        all.addAll(epoch(3, 1, 0.4));
        ingest.receive(job, all.subList(0, 2));
        ingest.receive(job, all);

        assertThat(store.after(job, -1, 100))
                .extracting(EventStore.Stored::seq)
                .containsExactly(0L, 1L, 2L, 3L, 4L, 5L);
    }

    @Test
    void aFrameBeyondAGapIsRefusedWhole() {
        ingest.receive(job, epoch(0, 0, 0.5));

        assertThatThrownBy(() -> ingest.receive(job, epoch(4, 1, 0.4))).isInstanceOf(EventGapException.class);
        assertThat(store.lastSeq(job)).isEqualTo(2);
        assertThat(epochs()).containsExactly(0);
    }

    @Test
    void aFrameThatCannotBeStoredLeavesNothingBehindAndCanBeSentAgain() {
        String tooLong = "x".repeat(200);
        ingest.receive(job, epoch(0, 0, 0.5));
        Event bad = event(3, 1, 2L, new BatchEnd(0, Map.of("loss", 1.0, tooLong, 1.0)));

        assertThatThrownBy(() -> ingest.receive(job, List.of(bad))).isInstanceOf(RuntimeException.class);
        assertThat(store.lastSeq(job)).isEqualTo(2);

        ingest.receive(job, epoch(3, 1, 0.4));
        assertThat(points("loss", "step")).isEqualTo(4);
        assertThat(epochs()).containsExactly(0, 1);
    }

    @Test
    void framesThatWaitAreCommittedTogetherAndOneThatCannotBeStoredCostsTheOthersNothing() throws Exception {
        List<Thread> trainers = new ArrayList<>();
        List<Long> jobs = new ArrayList<>();
        Queue<Long> failed = new ConcurrentLinkedQueue<>();
        for (int i = 0; i < 3; i++) {
            jobs.add(job);
            long id = job;
            List<Event> frame =
                    i == 1 ? List.of(event(0, 0, 0L, new BatchEnd(0, Map.of("x".repeat(200), 1.0)))) : epoch(0, 0, 0.5);
            trainers.add(new Thread(() -> {
                try {
                    ingest.receive(id, frame);
                } catch (RuntimeException e) {
                    failed.add(id);
                }
            }));
            while (job < id + LANES) {
                job = PausedJob.insert(jdbc);
            }
        }

        ingest.change(jobs.get(0), () -> {
            trainers.forEach(Thread::start);
            Awaitility.await("all to wait")
                    .until(() -> trainers.stream().allMatch(it -> it.getState() == Thread.State.WAITING));
            return null;
        });
        for (Thread trainer : trainers) {
            trainer.join();
        }

        assertThat(failed).containsExactly(jobs.get(1));
        assertThat(jobs).extracting(store::lastSeq).containsExactly(2L, -1L, 2L);
    }

    @Test
    void framesAreNotTakenInWithinAChange() {
        assertThatThrownBy(() -> ingest.change(job, () -> {
                    ingest.receive(job, epoch(0, 0, 0.5));
                    return null;
                }))
                .isInstanceOf(IllegalStateException.class);
        assertThat(store.lastSeq(job)).isEqualTo(-1);
    }

    @Test
    void whatIsTrainedAgainAfterACrashIsInTheHistoryOnce() {
        ingest.receive(job, epoch(0, 0, 0.5));
        ingest.receive(job, epoch(3, 1, 0.1));
        ingest.receive(job, List.of(event(6, 1, 2L, new TrainBegin(9, 2, 10, "backup-2"))));

        assertThat(epochs()).containsExactly(0);
        assertThat(points("loss", "step")).isEqualTo(2);
        assertThat(best()).containsEntry("BEST_EPOCH", 0);

        ingest.receive(job, epoch(7, 1, 0.3));
        assertThat(epochs()).containsExactly(0, 1);
        assertThat(points("loss", "step")).isEqualTo(4);
        assertThat(points("loss", "epoch")).isEqualTo(2);
        assertThat(best()).containsEntry("BEST_EPOCH", 1).containsEntry("BEST_VALUE", 0.3);
    }

    private Map<String, Object> best() {
        return jdbc.queryForMap("select best_value, best_epoch from job_progress where job_id = ?", job);
    }

    @Test
    void aJobIsAtTheStepAtWhichItPausedThoughNoStepIsToldOf() {
        ingest.receive(job, List.of(event(0, 0, 1L, new StateChanged(JobState.PAUSED, JobState.RUNNING, null, null))));

        assertThat(jdbc.queryForObject("select step from job_progress where job_id = ?", Long.class, job))
                .isEqualTo(1);
    }

    @Test
    void everyCurvePointHasItsLearningRate() {
        ingest.receive(job, epoch(0, 0, 0.5));
        ingest.receive(job, List.of(event(3, 1, 2L, new LearningRateChanged(0.1, 0.01, "command"))));
        ingest.receive(job, epoch(4, 1, 0.4));

        ByteBuffer points = ByteBuffer.wrap(jdbc.queryForObject("""
                select p.body from point_block p join series s on s.id = p.series_id
                where s.job_id = ? and s.name = 'learning_rate' and s.axis = 'step'""", byte[].class, job));
        List<Double> rates = new ArrayList<>();
        while (points.hasRemaining()) {
            points.getLong();
            rates.add(points.getDouble());
        }
        assertThat(rates).containsExactly(0.1, 0.1, 0.01, 0.01);
    }

    @Test
    void aNanIsStoredAsOne() {
        ingest.receive(job, epoch(0, 0, Double.NaN));

        assertThat(epochLogs.of(job).get(0).logs().get("loss")).isNaN();
        assertThat(store.after(job, -1, 1).get(0).body()).contains("\"loss\":\"NaN\"");
    }

    @Test
    void aCommandThatWasNotAppliedWhenTheJobEndedIsExpired() {
        command("early");
        command("late");
        ingest.receive(job, List.of(event(0, 0, 1L, new CommandApplied("early", "stop", "done"))));
        ingest.tell(job, 1, new StateChanged(JobState.PAUSED, JobState.STOPPED, Outcome.STOPPED_BY_COMMAND, "so"));

        assertThat(jdbc.queryForList("select state from command where job_id = ? order by ordinal", String.class, job))
                .containsExactly("APPLIED", "EXPIRED");
        assertThat(state()).isEqualTo("STOPPED");
    }

    private String state() {
        return jdbc.queryForObject("select state from job where id = ?", String.class, job);
    }

    private void command(String id) {
        jdbc.update("""
                insert into command (job_id, id, type, body, requested_by, requested_at, state)
                values (?, ?, 'stop', '{"type":"stop"}', 'local', now(), 'PENDING')""", job, id);
    }

    @Test
    void anIllegalMoveLeavesTheJobAsItIs() {
        ingest.tell(job, 1, new StateChanged(JobState.PAUSED, JobState.COMPLETED, Outcome.FINISHED, null));

        assertThat(state()).isEqualTo("PAUSED");
        assertThat(store.after(job, -1, 100)).hasSize(1);
    }
}
