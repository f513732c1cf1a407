package io.signalbox.server.job;

import io.signalbox.server.Home;
import io.signalbox.server.ingest.Ingest;
import io.signalbox.server.web.IfMatch;
import io.signalbox.server.web.Problems;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Service;

/**
 * Removes jobs. Nobody finds one any more when the call returns, nor its folder; what is large of it is noted down, and removed
 * in the background by {@link JobRemains}.
 */
@Service
class JobRemoval {

    private static final Logger log = LoggerFactory.getLogger(JobRemoval.class);

    private final JobRepository repository;
    private final Ingest ingest;
    private final JdbcTemplate jdbc;
    private final ApplicationEventPublisher publisher;
    private final Home home;

    JobRemoval(
            JobRepository repository,
            Ingest ingest,
            JdbcTemplate jdbc,
            ApplicationEventPublisher publisher,
            Home home) {
        this.repository = repository;
        this.ingest = ingest;
        this.jdbc = jdbc;
        this.publisher = publisher;
        this.home = home;
    }

    /** Something of a job is left to be removed. */
    record Begun() {}

    /** A 404 problem if there is no such job, 409 if it has not ended, 412 if the caller has seen another version of it. */
    void remove(long id, IfMatch seen) {
        ingest.change(id, () -> {
            Job job = repository.findById(id).orElseThrow(() -> Problems.notFound("job", id));
            seen.require(job.version());
            if (!job.state().ended()) {
                throw Problems.conflict(
                        "job " + id + " is " + job.state().wireName() + "; cancel or stop it before deleting it");
            }
            jdbc.update("insert into removed_job (job_id) values (?)", id);
            repository.delete(job);
            return null;
        });
        try {
            setAside(home, id);
        } catch (IOException e) {
            log.warn("the folder of job {}, which was removed, stays for a while: {}", id, e.toString());
        }
        publisher.publishEvent(new Begun());
    }

    /** Takes a job's folder out of sight; where it is then. */
    static Path setAside(Home home, long id) throws IOException {
        Path aside = home.removed(id);
        try {
            Files.move(home.job(id), aside, StandardCopyOption.ATOMIC_MOVE);
        } catch (NoSuchFileException none) {
            return aside; // it never began, or this was done before
        }
        return aside;
    }
}
