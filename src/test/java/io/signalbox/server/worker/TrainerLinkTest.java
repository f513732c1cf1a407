package io.signalbox.server.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.link.SimulatedTrainer;
import io.signalbox.server.Home;
import io.signalbox.server.PausedJob;
import io.signalbox.server.ServerTest;
import io.signalbox.server.ingest.EventStore;
import io.signalbox.server.ingest.EventsCommitted;
import io.signalbox.server.ingest.Ingest;
import io.signalbox.server.ingest.TrainerSessions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationEvent;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.PayloadApplicationEvent;
import org.springframework.context.event.SmartApplicationListener;
import org.springframework.jdbc.core.JdbcTemplate;

/** What trainers tell over the link, and what comes of it when many do, or one that is over. */
@ServerTest
class TrainerLinkTest {

    private static final String SECRET = "hunter2";

    /** Jobs whose ids lie so far apart are in one lane. */
    private static final int LANES = 4;

    @Autowired
    private Ingest ingest;

    @Autowired
    private EventStore store;

    @Autowired
    private TrainerSessions sessions;

    @Autowired
    private JdbcTemplate jdbc;

    @Autowired
    private Home home;

    @Autowired
    private ConfigurableApplicationContext context;

    private final Map<Long, Thread> committedBy = new ConcurrentHashMap<>();
    private final SmartApplicationListener listener = new SmartApplicationListener() {
        @Override
        public boolean supportsEventType(Class<? extends ApplicationEvent> type) {
            return PayloadApplicationEvent.class.isAssignableFrom(type);
        }

        @Override
        public void onApplicationEvent(ApplicationEvent event) {
            if (((PayloadApplicationEvent<?>) event).getPayload() instanceof EventsCommitted committed) {
                committedBy.put(committed.jobId(), Thread.currentThread());
            }
        }
    };
    private final List<SimulatedTrainer> trainers = new ArrayList<>();
    private long busy;

    @BeforeEach
    void listen() {
        context.addApplicationListener(listener);
        busy = PausedJob.insert(jdbc);
    }

    @AfterEach
    void close() throws IOException {
        context.removeApplicationListener(listener);
        for (SimulatedTrainer trainer : trainers) {
            trainer.close();
        }
    }

    /** The next job of the same lane. */
    private long jobAfter(long before) {
        long job = PausedJob.insert(jdbc);
        while (job < before + LANES) {
            job = PausedJob.insert(jdbc);
        }
        jdbc.update("update job set secret_sha256 = ? where id = ?", Secrets.sha256(SECRET), job);
        return job;
    }

    private SimulatedTrainer connect(long job) throws IOException {
        SimulatedTrainer trainer = new SimulatedTrainer(home.run().resolve("link.json"), job, SECRET);
        trainers.add(trainer);
        return trainer;
    }

    private static CompletableFuture<Void> tell(SimulatedTrainer trainer) {
        return CompletableFuture.runAsync(() -> {
            try {
                trainer.tell(1);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private static void awaitWaiting(long job) {
        Awaitility.await("what job " + job + " told to wait for the lane")
                .until(() -> Thread.getAllStackTraces().keySet().stream()
                        .anyMatch(thread -> thread.getName().equals("link-job-" + job)
                                && thread.getState() == Thread.State.WAITING));
    }

    @Test
    void whatManyTellWhileACommitIsUnderWayIsCommittedTogether() throws Exception {
        long first = jobAfter(busy);
        long second = jobAfter(first);
        List<CompletableFuture<Void>> told = new ArrayList<>();
        SimulatedTrainer one = connect(first);
        SimulatedTrainer other = connect(second);

        ingest.change(busy, () -> {
            told.addAll(List.of(tell(one), tell(other)));
            awaitWaiting(first);
            awaitWaiting(second);
            return null;
        });
        told.forEach(CompletableFuture::join);

        assertThat(store.lastSeq(first)).isZero();
        assertThat(store.lastSeq(second)).isZero();
        assertThat(committedBy.get(first)).isNotNull().isSameAs(committedBy.get(second));
    }

    @Test
    void whatATrainerToldIsNotTakenWhenItsAttemptIsOverBeforeItsTurn() throws Exception {
        long job = jobAfter(busy);
        SimulatedTrainer trainer = connect(job);
        List<CompletableFuture<Void>> told = new ArrayList<>();

        ingest.change(busy, () -> {
            told.add(tell(trainer));
            awaitWaiting(job);
            sessions.expel(job);
            return null;
        });

        assertThatThrownBy(told.get(0)::join).hasCauseInstanceOf(UncheckedIOException.class);
        assertThat(store.lastSeq(job)).isEqualTo(-1);
    }
}
