package io.signalbox.server.catalogue;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.signalbox.callback.Callbacks;
import io.signalbox.callback.schedule.ScheduleSpec;
import io.signalbox.server.plugin.PluginTypes;
import io.signalbox.server.web.Page;
import io.signalbox.server.web.Problems;
import io.signalbox.spec.Catalogue;
import io.signalbox.spec.Catalogue.Entry;
import io.signalbox.spec.SpecParser;
import io.signalbox.spec.schema.Binder;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.node.ObjectNode;

/** What a job spec can name, read from the very records that specs are bound to. */
@RestController
class CatalogueController {

    private final PluginTypes callbacks;
    private final SpecParser specs;

    CatalogueController(PluginTypes callbacks) {
        this.callbacks = callbacks;
        this.specs = new SpecParser(callbacks);
    }

    /**
     * One thing that a spec can name.
     *
     * @param schema of the JSON that stands in the spec
     * @param changeable of a callback, whether a job that runs can be given one, and other parameters of it
     * @param removable of a callback, whether it can be taken from a job that runs
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Listed(
            String name,
            String description,
            ObjectNode schema,
            @Nullable Boolean changeable,
            @Nullable Boolean removable) {

        private static Listed of(Entry entry) {
            return new Listed(entry.name(), entry.description(), entry.schema(), null, null);
        }

        private static Listed callback(Entry entry) {
            boolean changeable = !Callbacks.isFixed(entry.name());
            boolean removable = changeable && !Callbacks.leavesItsMark(entry.name());
            return new Listed(entry.name(), entry.description(), entry.schema(), changeable, removable);
        }
    }

    /**
     * Everything of a kind that a job spec can name, each with the JSON Schema of its parameters; {@code specs} has that of a
     * whole job spec.
     */
    @GetMapping("/api/v1/catalogue/{kind}")
    Page<Listed> entries(@PathVariable String kind) {
        return new Page<>(
                switch (kind) {
                    case "callbacks" -> callbacks();
                    case "schedules" -> schedules();
                    case "specs" -> List.of(Listed.of(Entry.of("job", specs.schema())));
                    default ->
                        Catalogue.kind(kind)
                                .orElseThrow(() -> Problems.notFound("catalogue of", kind))
                                .entries()
                                .stream()
                                .map(Listed::of)
                                .toList();
                },
                null);
    }

    private List<Listed> callbacks() {
        return callbacks.types().stream()
                .map(type -> Listed.callback(Entry.of(type, Objects.requireNonNull(callbacks.schema(type)))))
                .toList();
    }

    private static List<Listed> schedules() {
        return Binder.variantSchemas(ScheduleSpec.class).entrySet().stream()
                .map(variant -> Listed.of(Entry.of(variant.getKey(), variant.getValue())))
                .toList();
    }
}
