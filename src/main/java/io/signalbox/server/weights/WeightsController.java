package io.signalbox.server.weights;

import io.signalbox.server.web.Page;
import io.signalbox.server.web.Paging;
import io.signalbox.server.web.Problems;
import io.signalbox.server.web.ResourceName;
import io.signalbox.server.web.Uploads;
import io.signalbox.server.web.Uploads.Upload;
import io.signalbox.spec.Problem;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.multipart.MultipartFile;

@RestController
@RequestMapping("/api/v1/weights")
class WeightsController {

    private final Weights weights;
    private final Uploads uploads;

    WeightsController(Weights weights, Uploads uploads) {
        this.weights = weights;
        this.uploads = uploads;
    }

    /** The parts of an upload. */
    private record WeightsForm(String name, MultipartFile file) {}

    @Operation(
            requestBody =
                    @RequestBody(
                            content =
                                    @Content(
                                            mediaType = MediaType.MULTIPART_FORM_DATA_VALUE,
                                            schema = @Schema(implementation = WeightsForm.class))))
    @PostMapping(consumes = MediaType.MULTIPART_FORM_DATA_VALUE)
    @ResponseStatus(HttpStatus.CREATED)
    Weights.WeightsView upload(HttpServletRequest request) throws IOException {
        List<Problem> problems = new ArrayList<>();
        Upload upload = uploads.receive(request, Set.of("name"), problems);
        String name = upload.field("name");
        ResourceName.check(name, "#/name", problems);
        if (upload.files().size() > 1) {
            problems.add(new Problem(
                    "#/file",
                    "count",
                    "must be one file, were " + upload.files().size()));
        }
        if (name == null || !problems.isEmpty()) {
            throw Problems.invalid(problems);
        }
        return weights.add(name, upload.files().get(0));
    }

    @GetMapping
    Page<Weights.WeightsView> list(Paging paging) throws IOException {
        List<Weights.WeightsView> found = new ArrayList<>();
        for (String name : paging.of(weights.names())) {
            found.add(weights.view(name));
        }
        return Page.of(found, paging, Weights.WeightsView::name);
    }

    @DeleteMapping("/{name}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void delete(@PathVariable String name) throws IOException {
        weights.delete(name);
    }
}
