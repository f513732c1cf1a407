package io.signalbox.spec;

import io.signalbox.spec.model.LayerSpec;
import io.signalbox.spec.model.ModelSpec;
import io.signalbox.spec.schema.Binder;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** What a spec can be made of, each with its JSON Schema. Callbacks and schedules are listed by the callback engine. */
public enum Catalogue {
    LAYERS(variants(LayerSpec.class)),
    MODELS(variants(ModelSpec.class)),
    LOSSES(variants(LossSpec.class)),
    METRICS(variants(MetricSpec.class)),
    OPTIMIZERS(variants(OptimizerSpec.class)),
    AUGMENTATIONS(variants(AugmentSpec.class));

    private final List<Entry> entries;

    Catalogue(List<Entry> entries) {
        this.entries = entries;
    }

    /**
     * One thing that a spec can name.
     *
     * @param name what stands in the spec, as {@code type} or by itself
     * @param description a sentence for people
     * @param schema of the JSON that stands in the spec
     */
    public record Entry(String name, String description, ObjectNode schema) {

        /** An entry whose description is that of its schema. */
        public static Entry of(String name, ObjectNode schema) {
            return new Entry(name, schema.path("description").asString(""), schema);
        }
    }

    /** The entries, in the order in which people should see them. Their schemas are shared: not to be changed. */
    public List<Entry> entries() {
        return entries;
    }

    /** The kind of that name on the wire: {@code layers}, {@code models} …; empty for none. */
    public static Optional<Catalogue> kind(String name) {
        for (Catalogue kind : values()) {
            if (kind.name().toLowerCase(Locale.ROOT).equals(name)) {
                return Optional.of(kind);
            }
        }
        return Optional.empty();
    }

    private static List<Entry> variants(Class<?> sealed) {
        return Binder.variantSchemas(sealed).entrySet().stream()
                .map(variant -> Entry.of(variant.getKey(), variant.getValue()))
                .toList();
    }
}
