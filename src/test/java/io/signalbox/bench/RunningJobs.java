package io.signalbox.bench;

import io.signalbox.link.SimulatedTrainer;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.awaitility.Awaitility;

/** Jobs that run as far as a server can see, for trainers that train nothing: by the database, and by their trainers' locks. */
final class RunningJobs implements Closeable {

    private static final Duration LET_IN_WITHIN = Duration.ofMinutes(1);
    private static final String SECRET = "a secret that all simulated trainers share";

    private final Path home;
    private final List<FileChannel> locks = new ArrayList<>();

    RunningJobs(Path home) {
        this.home = home;
    }

    /** So many new jobs that run, whose numbers follow one another, in the database of a server that stands still. Returns the first. */
    long begin(Connection database, int jobs) throws Exception {
        long first = insert(database, jobs);
        for (long id = first; id < first + jobs; id++) {
            lock(Files.createDirectories(home.resolve("jobs/" + id)).resolve("attempt.lock"));
        }
        return first;
    }

    /** Their rows alone. */
    static long insert(Connection database, int jobs) throws Exception {
        var statement = database.createStatement();
        statement.execute("update job set state = 'COMPLETED'");
        var row = statement.executeQuery("select coalesce(max(id), 0) + 1 from job");
        row.next();
        long first = row.getLong(1);
        String secret = HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(SECRET.getBytes(StandardCharsets.UTF_8)));
        for (long id = first; id < first + jobs; id++) {
            statement.addBatch("""
                    insert into job (version, state, created_at, started_at, attempt, crashes, retries, priority, secret_sha256,
                    dataset, dataset_sha256, spec, warnings, body_sha256, best_metric, best_direction)
                    values (0, 'RUNNING', now(), now(), 1, 0, 0, 0, '%s', 'd', '', '{"batch_size": 2, "epochs": 3}', '[]', '',
                    'val_loss', 'min')""".formatted(secret));
        }
        statement.executeBatch();
        statement.execute("""
                insert into job_progress (job_id, last_seq, epoch, epochs, step, steps_per_epoch, examples_per_second,
                latest, learning_rate, learning_rate_owner)
                select id, -1, 0, 9, 0, 200, 0, '{}', 0.1, 'optimizer' from job where id >= %d""".formatted(first));
        return first;
    }

    private void lock(Path file) throws IOException {
        FileChannel lock = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        lock.lock();
        locks.add(lock);
    }

    /** The trainer of one of them. It tries until it is let in, as trainers do: not all of them are heard out at the first time. */
    SimulatedTrainer trainer(long jobId) {
        return Awaitility.await("job " + jobId + " to be let in")
                .pollInSameThread()
                .ignoreExceptionsInstanceOf(IOException.class)
                .atMost(LET_IN_WITHIN)
                .until(() -> new SimulatedTrainer(home.resolve("run/link.json"), jobId, SECRET), Objects::nonNull);
    }

    /** Their trainers are gone. */
    @Override
    public void close() throws IOException {
        for (FileChannel lock : locks) {
            lock.close();
        }
        locks.clear();
    }
}
