package io.signalbox.server.artifact;

import io.signalbox.callback.Artifacts;
import io.signalbox.server.Home;
import io.signalbox.server.artifact.ArtifactRows.Place;
import io.signalbox.server.files.JobFiles;
import io.signalbox.server.job.Jobs;
import io.signalbox.server.web.Page;
import io.signalbox.server.web.Paging;
import io.signalbox.server.web.Problems;
import io.signalbox.spec.Names;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.FileSystemResource;
import org.springframework.core.io.Resource;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;

/** Lists and answers artifacts, and zips TensorBoard's files. */
@RestController
@RequestMapping("/api/v1/jobs/{id}")
class ArtifactController {

    private static final String TENSOR_BOARD = "tensorboard";
    private static final int RETRY_AFTER_SECONDS = 10;
    private static final List<String> KINDS = List.of("histogram", "image", "table", "graph", "embedding");

    private final Jobs jobs;
    private final ArtifactRows rows;
    private final JobFiles files;
    private final Home home;

    ArtifactController(Jobs jobs, ArtifactRows rows, JobFiles files, Home home) {
        this.files = files;
        this.jobs = jobs;
        this.rows = rows;
        this.home = home;
    }

    /** Oldest first; those of one step by name. */
    @GetMapping("/artifacts")
    Page<ArtifactRow> list(
            @PathVariable long id,
            @RequestParam(required = false) @Nullable String name,
            @RequestParam(required = false) @Nullable String kind,
            Paging paging) {
        jobs.require(id);
        if (name != null && !name.matches(Names.FILE)) {
            throw Problems.invalidParameter("name", name, "a callback's name");
        }
        if (kind != null && !KINDS.contains(kind)) {
            throw Problems.invalidParameter("kind", kind, "one of " + String.join(", ", KINDS));
        }
        Place after = paging.after() == null ? null : place(paging.after());
        return Page.of(
                rows.of(id, name, kind, after, paging.limit() + 1), paging, row -> row.step() + " " + row.name());
    }

    private static Place place(String key) {
        String[] parts = key.split(" ", 2);
        if (parts.length < 2 || !parts[0].matches("\\d{1,18}")) {
            throw Problems.invalidParameter("cursor", "another text", "a next_cursor of this list");
        }
        return new Place(Long.parseLong(parts[0]), parts[1]);
    }

    /** What one holds: JSON that its callback wrote. */
    @GetMapping(path = "/artifacts/{name}/{step}", produces = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<Resource> content(@PathVariable long id, @PathVariable String name, @PathVariable long step) {
        jobs.require(id);
        ArtifactRow row = Optional.of(name)
                .filter(given -> given.matches(Names.FILE))
                .flatMap(given -> rows.find(id, given, step))
                .orElseThrow(() -> Problems.notFound("artifact", name + "/" + step));
        Path folder = home.job(id).normalize();
        Path file = folder.resolve(Artifacts.file(row.name(), row.step())).normalize();
        bring(id, folder.relativize(file).toString().replace('\\', '/'));
        if (!file.startsWith(folder) || !Files.isRegularFile(file)) {
            throw Problems.notFound("file of the artifact", name + "/" + step);
        }
        return ResponseEntity.ok().eTag("\"" + row.sha256() + "\"").body(new FileSystemResource(file));
    }

    private void bring(long id, String path) {
        try {
            files.bring(id, path);
        } catch (IOException e) {
            throw Problems.unavailable("The bucket with the job's files cannot be reached now.", RETRY_AFTER_SECONDS);
        }
    }

    /** A zip of what the TensorBoard callback has written so far. */
    @GetMapping(path = "/tensorboard", produces = "application/zip")
    ResponseEntity<StreamingResponseBody> tensorBoard(@PathVariable long id) throws IOException {
        jobs.require(id);
        bring(id, TENSOR_BOARD + "/");
        Path folder = home.job(id).resolve(TENSOR_BOARD);
        if (!Files.isDirectory(folder)) {
            throw Problems.notFound("TensorBoard folder of job", id);
        }
        List<Path> files;
        try (Stream<Path> all = Files.walk(folder)) {
            files = all.filter(Files::isRegularFile)
                    .filter(file -> !file.toString().endsWith(".tmp"))
                    .sorted()
                    .toList();
        }
        return ResponseEntity.ok()
                .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"job-" + id + "-tensorboard.zip\"")
                .body(out -> zip(folder, files, out));
    }

    /** Event files only grow: what is copied is how one began, whatever is written meanwhile. */
    private static void zip(Path folder, List<Path> files, OutputStream out) throws IOException {
        ZipOutputStream zip = new ZipOutputStream(out);
        for (Path file : files) {
            if (Files.exists(file)) {
                zip.putNextEntry(new ZipEntry(
                        TENSOR_BOARD + "/" + folder.relativize(file).toString().replace('\\', '/')));
                Files.copy(file, zip);
                zip.closeEntry();
            }
        }
        zip.finish();
    }
}
