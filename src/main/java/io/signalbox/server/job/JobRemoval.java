package io.signalbox.server.job;

import io.signalbox.server.Home;
import io.signalbox.server.files.JobFiles;
import io.signalbox.server.web.Problems;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.springframework.stereotype.Service;
import org.springframework.util.FileSystemUtils;

/** Removes jobs: the row, by which everything in the database goes, then the folder. */
@Service
class JobRemoval {

    private final JobRepository repository;
    private final JobFiles files;
    private final Home home;

    JobRemoval(JobRepository repository, JobFiles files, Home home) {
        this.files = files;
        this.repository = repository;
        this.home = home;
    }

    void remove(Job job) {
        if (!job.state().ended()) {
            throw Problems.conflict(
                    "job " + job.id() + " is " + job.state().wireName() + "; cancel or stop it before deleting it");
        }
        repository.deleteById(job.id());
        Path folder = home.job(job.id());
        try {
            files.removeJob(job.id());
            if (Files.exists(folder)) {
                FileSystemUtils.deleteRecursively(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("could not remove the files of job " + job.id(), e);
        }
    }
}
