package io.signalbox.server.catalogue;

import io.signalbox.callback.schedule.ScheduleSpec;
import io.signalbox.server.plugin.PluginTypes;
import io.signalbox.server.web.Page;
import io.signalbox.server.web.Problems;
import io.signalbox.spec.Catalogue;
import io.signalbox.spec.Catalogue.Entry;
import io.signalbox.spec.schema.Binder;
import java.util.List;
import java.util.Objects;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** What a job spec can name, read from the very records that specs are bound to. */
@RestController
class CatalogueController {

    private final PluginTypes callbacks;

    CatalogueController(PluginTypes callbacks) {
        this.callbacks = callbacks;
    }

    /** Everything of a kind that a job spec can name, each with the JSON Schema of its parameters. */
    @GetMapping("/api/v1/catalogue/{kind}")
    Page<Entry> entries(@PathVariable String kind) {
        return new Page<>(
                switch (kind) {
                    case "callbacks" -> callbacks();
                    case "schedules" -> schedules();
                    default ->
                        Catalogue.kind(kind)
                                .orElseThrow(() -> Problems.notFound("catalogue of", kind))
                                .entries();
                },
                null);
    }

    private List<Entry> callbacks() {
        return callbacks.types().stream()
                .map(type -> Entry.of(type, Objects.requireNonNull(callbacks.schema(type))))
                .toList();
    }

    private static List<Entry> schedules() {
        return Binder.variantSchemas(ScheduleSpec.class).entrySet().stream()
                .map(variant -> Entry.of(variant.getKey(), variant.getValue()))
                .toList();
    }
}
