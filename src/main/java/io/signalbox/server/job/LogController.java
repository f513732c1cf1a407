package io.signalbox.server.job;

import io.signalbox.server.Home;
import io.signalbox.server.files.JobFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;

/** What a job's trainers printed, all attempts one after the other. */
@RestController
class LogController {

    /** Said by the answer itself: a browser that is told nothing guesses, and a log may hold anything. */
    private static final MediaType TEXT = new MediaType(MediaType.TEXT_PLAIN, StandardCharsets.UTF_8);

    private final Jobs jobs;
    private final JobFiles files;
    private final Home home;

    LogController(Jobs jobs, JobFiles files, Home home) {
        this.files = files;
        this.jobs = jobs;
        this.home = home;
    }

    @GetMapping(path = "/api/v1/jobs/{id}/logs", produces = MediaType.TEXT_PLAIN_VALUE)
    ResponseEntity<StreamingResponseBody> logs(@PathVariable long id) throws IOException {
        jobs.require(id);
        files.bring(id, "attempts/");
        List<Path> logs = logs(home.job(id).resolve("attempts"));
        return ResponseEntity.ok().contentType(TEXT).body(out -> {
            for (Path log : logs) {
                Files.copy(log, out);
            }
        });
    }

    private static List<Path> logs(Path attempts) throws IOException {
        if (Files.notExists(attempts)) {
            return List.of();
        }
        try (Stream<Path> folders = Files.list(attempts)) {
            return folders.filter(folder -> folder.getFileName().toString().matches("\\d{1,9}"))
                    .sorted(Comparator.comparing(
                            folder -> Integer.parseInt(folder.getFileName().toString())))
                    .flatMap(folder -> Stream.of(folder.resolve("trainer.1.log"), folder.resolve("trainer.log")))
                    .filter(Files::isRegularFile)
                    .toList();
        }
    }
}
