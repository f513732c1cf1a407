package io.signalbox.server.dataset;

import io.signalbox.data.DatasetInfo;
import io.signalbox.server.web.Page;
import io.signalbox.server.web.Paging;
import io.signalbox.server.web.Problems;
import io.signalbox.server.web.Uploads;
import io.signalbox.spec.Problem;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.multipart.MultipartFile;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

@RestController
@RequestMapping("/api/v1/datasets")
class DatasetController {

    private final Datasets datasets;
    private final Uploads uploads;
    private final ObjectProvider<DatasetUse> uses;
    private final JsonMapper json;

    DatasetController(Datasets datasets, Uploads uploads, ObjectProvider<DatasetUse> uses, JsonMapper json) {
        this.datasets = datasets;
        this.uploads = uploads;
        this.uses = uses;
        this.json = json;
    }

    /** The parts of an upload. */
    private record DatasetForm(String name, String format, String options, List<MultipartFile> file) {}

    @Operation(
            requestBody =
                    @RequestBody(
                            content =
                                    @Content(
                                            mediaType = MediaType.MULTIPART_FORM_DATA_VALUE,
                                            schema = @Schema(implementation = DatasetForm.class))))
    @PostMapping(consumes = MediaType.MULTIPART_FORM_DATA_VALUE)
    ResponseEntity<ObjectNode> upload(HttpServletRequest request) throws IOException {
        List<Problem> problems = new ArrayList<>();
        DatasetUpload upload = DatasetUpload.of(uploads.receive(request, DatasetUpload.FIELDS, problems), problems);
        DatasetInfo info = datasets.add(upload.name(), upload::fill);
        return ResponseEntity.created(URI.create("/api/v1/datasets/" + info.name()))
                .body(view(info));
    }

    @GetMapping
    Page<ObjectNode> list(Paging paging) throws IOException {
        List<DatasetInfo> found = new ArrayList<>();
        for (String name : paging.of(datasets.names())) {
            datasets.find(name).ifPresent(found::add);
        }
        Page<DatasetInfo> page = Page.of(found, paging, DatasetInfo::name);
        List<ObjectNode> items = new ArrayList<>();
        for (DatasetInfo info : page.items()) {
            items.add(view(info));
        }
        return new Page<>(items, page.nextCursor());
    }

    @GetMapping("/{name}")
    ObjectNode get(@PathVariable String name) throws IOException {
        return view(datasets.find(name).orElseThrow(() -> Problems.notFound("dataset", name)));
    }

    @DeleteMapping("/{name}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void delete(@PathVariable String name) throws IOException {
        datasets.delete(name, dataset -> uses.stream().anyMatch(use -> use.inUse(dataset)));
    }

    private ObjectNode view(DatasetInfo info) throws IOException {
        Instant createdAt = datasets.createdAt(info.name()).truncatedTo(ChronoUnit.MILLIS);
        return info.toJson()
                .put("sample", Samples.isSample(info.name()))
                .set("created_at", json.valueToTree(createdAt));
    }
}
