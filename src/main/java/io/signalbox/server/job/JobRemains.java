package io.signalbox.server.job;

import io.signalbox.server.DatabaseTrouble;
import io.signalbox.server.Home;
import io.signalbox.server.cluster.Duty;
import io.signalbox.server.files.BucketAwayException;
import io.signalbox.server.files.JobFiles;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.event.EventListener;
import org.springframework.core.annotation.Order;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.util.FileSystemUtils;

/**
 * Removes what is left of removed jobs: events, curves and files, of which there may be gigabytes. A few rows at a time, and
 * then the database is everybody else's for as long as that took. What a server did not come to, the next one does.
 */
@Component
@Order(4)
class JobRemains implements Duty {

    private static final Logger log = LoggerFactory.getLogger(JobRemains.class);

    /** Rows of one statement; those of events have 64 KiB at most. */
    static final int BATCH = 500;

    /** Other servers note jobs down as well. */
    private static final Duration LOOK = Duration.ofSeconds(1);

    private static final Duration STOP_WITHIN = Duration.ofSeconds(5);

    private final JdbcTemplate jdbc;
    private final TransactionTemplate transactions;
    private final JobFiles files;
    private final Home home;
    private ScheduledExecutorService executor = newExecutor();
    private boolean complained;
    private volatile boolean open;

    JobRemains(JdbcTemplate jdbc, TransactionTemplate transactions, JobFiles files, Home home) {
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.files = files;
        this.home = home;
    }

    private static ScheduledExecutorService newExecutor() {
        return Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "job-remains"));
    }

    @EventListener(JobRemoval.Begun.class)
    synchronized void begun() {
        if (open) {
            executor.execute(this::look);
        }
    }

    private void look() {
        try {
            boolean all = true;
            for (Long id = next(0); open && id != null; id = next(id)) {
                all &= remove(id);
            }
            complained &= !all;
        } catch (BucketAwayException e) {
            complain(e);
        } catch (RuntimeException e) {
            if (DatabaseTrouble.of(e) == null && open) {
                log.error("what is left of removed jobs could not be removed; it is tried again", e);
            }
        }
    }

    private @Nullable Long next(long after) {
        return first("select min(job_id) from removed_job where job_id > " + after);
    }

    /** False if some file cannot be removed now: that keeps no other job. */
    private boolean remove(long id) {
        try {
            FileSystemUtils.deleteRecursively(home.removed(id));
            FileSystemUtils.deleteRecursively(JobRemoval.setAside(home, id));
            files.removeJob(id);
        } catch (IOException e) {
            complain(e);
            return false;
        }
        long begin = System.nanoTime();
        while (open && removeSome(id)) {
            LockSupport.parkNanos(System.nanoTime() - begin);
            begin = System.nanoTime();
        }
        return true;
    }

    /** Once for each time that they cannot. */
    private void complain(Exception e) {
        if (!complained) {
            complained = true;
            log.warn("files of removed jobs cannot be removed ({}); it is tried again until they can", e.toString());
        }
    }

    /** False when nothing is left. */
    private boolean removeSome(long id) {
        return Boolean.TRUE.equals(transactions.execute(status -> {
            boolean some = removeRows("event_block", "job_id", id, "seq") || removeCurve(id);
            if (!some) {
                jdbc.update("delete from removed_job where job_id = ?", id);
            }
            return some;
        }));
    }

    private boolean removeCurve(long id) {
        Long series = first("select min(id) from series where job_id = " + id);
        return series != null
                && (removeRows("point_block", "series_id", series, "x0")
                        || removeRows("bucket", "series_id", series, "width, x0")
                        || jdbc.update("delete from series where id = ?", series) > 0);
    }

    private @Nullable Long first(String query) {
        return jdbc.queryForObject(query, Long.class);
    }

    /**
     * Removes a batch of rows; false if there were none.
     *
     * @param order of the table's rows within the key
     */
    private boolean removeRows(String table, String key, long value, String order) {
        String ofKey = " from " + table + " where " + key + " = ?";
        String beyond = "select " + order + ofKey + " order by " + key + ", " + order + " limit 1 offset " + BATCH;
        return jdbc.update("delete" + ofKey + " and (" + order + ") < (" + beyond + ")", value, value) > 0
                || jdbc.update("delete" + ofKey, value) > 0;
    }

    @Override
    public synchronized void start() {
        if (executor.isShutdown()) {
            executor = newExecutor();
        }
        open = true;
        executor.scheduleWithFixedDelay(this::look, LOOK.toMillis(), LOOK.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void stop() {
        synchronized (this) {
            open = false;
            executor.shutdown();
        }
        try {
            if (!executor.awaitTermination(STOP_WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
                log.warn("a batch of a removed job's rows takes long; the next server removes the rest");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        return open;
    }
}
