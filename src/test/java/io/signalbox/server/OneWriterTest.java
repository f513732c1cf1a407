package io.signalbox.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

@ServerTest
class OneWriterTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Autowired
    private PlatformTransactionManager manager;

    @Autowired
    private TransactionTemplate transactions;

    @Autowired
    private JdbcTemplate jdbc;

    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch mayEnd = new CountDownLatch(1);

    @AfterEach
    void endAll() {
        mayEnd.countDown();
    }

    private Thread writer(Runnable write) {
        Thread thread = new Thread(() -> transactions.executeWithoutResult(status -> write.run()));
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private void aWriterAtWork() throws InterruptedException {
        writer(() -> {
            begun.countDown();
            try {
                mayEnd.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        begun.await();
    }

    @Test
    void aTransactionThatWritesWaitsForTheOneBefore() throws InterruptedException {
        aWriterAtWork();
        CountDownLatch second = new CountDownLatch(1);
        Thread waiting = writer(second::countDown);

        Awaitility.await().atMost(PATIENCE).until(() -> waiting.getState() == Thread.State.WAITING);
        assertThat(second.getCount()).isEqualTo(1);
        mayEnd.countDown();

        Awaitility.await().atMost(PATIENCE).until(() -> second.getCount() == 0);
    }

    @Test
    void oneThatOnlyReadsDoesNotWait() throws InterruptedException {
        aWriterAtWork();
        TransactionTemplate reading = new TransactionTemplate(manager);
        reading.setReadOnly(true);

        assertThat(reading.<Long>execute(status -> jdbc.queryForObject("select count(*) from job", Long.class)))
                .isNotNegative();
    }

    @Test
    void oneThatFailedLetsTheNextWrite() {
        assertThatThrownBy(() -> transactions.executeWithoutResult(status -> {
                    throw new IllegalStateException("on purpose");
                }))
                .hasMessage("on purpose");

        Thread next = writer(() -> {});
        Awaitility.await().atMost(PATIENCE).until(() -> !next.isAlive());
    }
}
