package io.signalbox.server.catalogue;

import io.signalbox.callback.Callbacks;
import io.signalbox.callback.schedule.ScheduleSpec;
import io.signalbox.spec.JobSpec;
import io.signalbox.spec.LossSpec;
import io.signalbox.spec.OptimizerSpec;
import io.signalbox.spec.model.LayerSpec;
import io.signalbox.spec.model.ModelSpec;
import io.signalbox.spec.schema.Binder;
import io.signalbox.spec.schema.Param;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What a job spec can name, read from the very records that specs are bound to. */
final class Catalogue {

    /**
     * One thing that a spec can name.
     *
     * @param type how a spec names it
     * @param schema JSON Schema of the object that a spec describes it by
     */
    record Entry(String type, ObjectNode schema) {}

    /** All of a kind; none for a kind that there is not. */
    List<Entry> entries(String kind) {
        return switch (kind) {
            case "callbacks" -> callbacks();
            case "models" -> variants(ModelSpec.class);
            case "layers" -> variants(LayerSpec.class);
            case "losses" -> variants(LossSpec.class);
            case "metrics" -> metrics();
            case "optimizers" -> variants(OptimizerSpec.class);
            case "schedules" -> variants(ScheduleSpec.class);
            default -> List.of();
        };
    }

    private static List<Entry> variants(Class<?> sealed) {
        List<Entry> entries = new ArrayList<>();
        Binder.variantSchemas(sealed).forEach((type, schema) -> entries.add(new Entry(type, schema)));
        return entries;
    }

    private static List<Entry> callbacks() {
        Callbacks callbacks = new Callbacks();
        List<Entry> entries = new ArrayList<>();
        for (String type : callbacks.types()) {
            entries.add(new Entry(type, Binder.schema(Objects.requireNonNull(callbacks.parameters(type)))));
        }
        return entries;
    }

    /** Metrics have no parameters: a spec names them by a text. */
    private static List<Entry> metrics() {
        List<Entry> entries = new ArrayList<>();
        for (RecordComponent component : JobSpec.class.getRecordComponents()) {
            if (component.getName().equals("metrics")) {
                for (String name : component.getAnnotation(Param.class).oneOf()) {
                    ObjectNode schema = JsonNodeFactory.instance.objectNode().put("type", "string");
                    entries.add(new Entry(name, schema.put("const", name)));
                }
            }
        }
        return entries;
    }
}
