package io.signalbox.server.catalogue;

import io.signalbox.server.web.Page;
import io.signalbox.server.web.Problems;
import java.util.List;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

@RestController
class CatalogueController {

    private final Catalogue catalogue = new Catalogue();

    /** Everything of a kind that a job spec can name, each with the JSON Schema of its parameters. */
    @GetMapping("/api/v1/catalogue/{kind}")
    Page<Catalogue.Entry> entries(@PathVariable String kind) {
        List<Catalogue.Entry> entries = catalogue.entries(kind);
        if (entries.isEmpty()) {
            throw Problems.notFound("catalogue of", kind);
        }
        return new Page<>(entries, null);
    }
}
