package io.signalbox.server.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.harness.TinyDisk;
import io.signalbox.server.Caller;
import io.signalbox.server.Home;
import io.signalbox.server.PausedJob;
import io.signalbox.server.ServerTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongFunction;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;

/** What becomes of a job that is deleted: it is gone at once, and all that is large of it soon. */
@ServerTest
class JobRemovalTest {

    private static final int SEVERAL_BATCHES = 2 * JobRemains.BATCH + 1;

    @Autowired
    private Caller caller;

    @Autowired
    private JobRemains remains;

    @Autowired
    private JdbcTemplate jdbc;

    @Autowired
    private Home home;

    private long job;
    private long other;

    @BeforeEach
    void twoLargeJobsThatHaveEnded() throws IOException {
        job = large();
        other = large();
    }

    @AfterEach
    void theDutyGoesOn() {
        if (!remains.isRunning()) {
            remains.start();
        }
    }

    private long large() throws IOException {
        long id = PausedJob.insert(jdbc);
        jdbc.update("update job set state = 'COMPLETED' where id = ?", id);
        jdbc.update(
                "insert into series (job_id, name, axis, points, last_x, last_value) values (?, 'loss', 'step', 1, 0, 0)",
                id);
        Long series = jdbc.queryForObject("select id from series where job_id = ?", Long.class, id);
        rows("insert into event_block (job_id, seq, body) values (?, ?, ?)", x -> new Object[] {id, x, new byte[1]});
        jdbc.update("update job_progress set last_seq = ? where job_id = ?", SEVERAL_BATCHES - 1, id);
        rows("insert into point_block (series_id, x0, body) values (?, ?, ?)", x ->
                new Object[] {series, x, new byte[1]});
        rows("insert into bucket values (?, ?, ?, 0, 0, 0, 0, 0, 1)", x ->
                new Object[] {series, x % 2 == 0 ? 64 : 512, x});
        Files.writeString(
                Files.createDirectories(home.job(id).resolve("checkpoints")).resolve("a"), "weights");
        return id;
    }

    private void rows(String insert, LongFunction<Object[]> row) {
        jdbc.batchUpdate(
                insert, LongStream.range(0, SEVERAL_BATCHES).mapToObj(row).toList());
    }

    private int delete(long id) {
        return caller.authorized("DELETE", "/api/v1/jobs/" + id).send().status();
    }

    private long rows(long id) {
        return jdbc.queryForObject("""
                select (select count(*) from event_block where job_id = ?) + (select count(*) from point_block p
                join series s on s.id = p.series_id where s.job_id = ?) + (select count(*) from bucket b
                join series s on s.id = b.series_id where s.job_id = ?)""", Long.class, id, id, id);
    }

    private void awaitNothingLeftOf(long id) {
        Awaitility.await("nothing left of job " + id)
                .until(
                        () -> jdbc.queryForList("select job_id from removed_job", Long.class),
                        left -> !left.contains(id));
    }

    @Test
    void allOfItGoesAndNothingOfOthers() {
        assertThat(delete(job)).isEqualTo(204);

        awaitNothingLeftOf(job);
        assertThat(rows(job)).isZero();
        assertThat(jdbc.queryForList("select id from series where job_id = ?", job))
                .isEmpty();
        assertThat(home.removed(job)).doesNotExist();
        assertThat(rows(other)).isEqualTo(3L * SEVERAL_BATCHES);
        assertThat(home.job(other).resolve("checkpoints/a")).exists();
    }

    @Test
    void filesThatCannotBeRemovedKeepNoOtherJob() {
        try (TinyDisk busy = TinyDisk.mount(home.removed(job).resolve("busy"), "size=64k")) {
            assertThat(busy.root()).isDirectory();
            assertThat(delete(job)).isEqualTo(204);
            assertThat(delete(other)).isEqualTo(204);

            awaitNothingLeftOf(other);
        }
        awaitNothingLeftOf(job);
        assertThat(home.removed(job)).doesNotExist();
    }

    @Test
    void theCallWaitsForNothingThatIsLargeAndTheNextServerRemovesWhatIsLeft() {
        remains.stop();

        assertThat(delete(job)).isEqualTo(204);

        assertThat(rows(job)).isEqualTo(3L * SEVERAL_BATCHES);
        assertThat(delete(job)).isEqualTo(404);
        assertThat(caller.authorized("GET", "/api/v1/jobs/" + job + "/events")
                        .send()
                        .status())
                .isEqualTo(404);
        assertThat(home.job(job)).doesNotExist();
        remains.start();
        awaitNothingLeftOf(job);
        assertThat(rows(job)).isZero();
        assertThat(home.removed(job)).doesNotExist();
    }

    @Test
    void aFolderThatAServerDiedBeforeItSetAsideGoesToo() {
        remains.stop();
        Path folder = home.job(job);
        jdbc.update("delete from job where id = ?", job);
        jdbc.update("insert into removed_job values (?)", job);

        remains.start();

        awaitNothingLeftOf(job);
        assertThat(folder).doesNotExist();
    }

    @Test
    void aJobThatHasNotEndedStaysWhole() {
        jdbc.update("update job set state = 'PAUSED' where id = ?", job);

        assertThat(delete(job)).isEqualTo(409);

        assertThat(rows(job)).isEqualTo(3L * SEVERAL_BATCHES);
        assertThat(home.job(job)).exists();
    }
}
