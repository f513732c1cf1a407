package io.signalbox.server.checkpoint;

import io.signalbox.checkpoint.CheckpointException;
import io.signalbox.checkpoint.CheckpointFolder;
import io.signalbox.server.Home;
import io.signalbox.server.files.JobCheckpoints;
import io.signalbox.server.job.Jobs;
import io.signalbox.server.web.Problems;
import java.nio.file.Path;
import java.util.List;
import org.springframework.core.io.FileSystemResource;
import org.springframework.core.io.Resource;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;

/** Lists and downloads checkpoints. Only files that a checkpoint's manifest names are ever read. */
@RestController
@RequestMapping("/api/v1/jobs/{id}/checkpoints")
class CheckpointController {

    private final Jobs jobs;
    private final CheckpointRows rows;
    private final JobCheckpoints bucket;
    private final Home home;

    CheckpointController(Jobs jobs, CheckpointRows rows, JobCheckpoints bucket, Home home) {
        this.bucket = bucket;
        this.jobs = jobs;
        this.rows = rows;
        this.home = home;
    }

    @GetMapping
    List<CheckpointRow> list(@PathVariable long id) {
        jobs.require(id);
        return rows.of(id);
    }

    /** A zip of all its files. */
    @GetMapping(path = "/{name}/content", produces = "application/zip")
    ResponseEntity<StreamingResponseBody> content(@PathVariable long id, @PathVariable String name) {
        CheckpointRow row = require(id, name);
        CheckpointFolder folder = folder(id);
        verified(folder, row.name());
        return ResponseEntity.ok()
                .header(HttpHeaders.CONTENT_DISPOSITION, attachment("job-" + id + "-" + row.name() + ".zip"))
                .body(out -> folder.zip(row.name(), out));
    }

    /** One of its files, such as {@code model.safetensors}. */
    @GetMapping("/{name}/files/{file}")
    ResponseEntity<Resource> file(@PathVariable long id, @PathVariable String name, @PathVariable String file) {
        CheckpointRow row = require(id, name);
        CheckpointFolder folder = folder(id);
        try {
            Path path = folder.file(row.name(), file);
            return ResponseEntity.ok()
                    .contentType(
                            file.endsWith(".json") ? MediaType.APPLICATION_JSON : MediaType.APPLICATION_OCTET_STREAM)
                    .header(HttpHeaders.CONTENT_DISPOSITION, attachment(file))
                    .body(new FileSystemResource(path));
        } catch (CheckpointException e) {
            throw Problems.notFound("file", file);
        }
    }

    private static void verified(CheckpointFolder folder, String name) {
        try {
            folder.read(name);
        } catch (CheckpointException e) {
            throw Problems.notFound("checkpoint", name);
        }
    }

    private CheckpointRow require(long id, String name) {
        jobs.require(id);
        CheckpointRow row = rows.find(id, name).orElseThrow(() -> Problems.notFound("checkpoint", name));
        bucket.bring(id, row.name(), row.sha256());
        return row;
    }

    private CheckpointFolder folder(long id) {
        return new CheckpointFolder(home.job(id).resolve("checkpoints"));
    }

    private static String attachment(String name) {
        return "attachment; filename=\"" + name + "\"";
    }
}
