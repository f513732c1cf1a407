package io.signalbox.engine.metric;

import io.signalbox.spec.MetricSpec;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The metrics of a spec that are no mean over batches. Each is computed from sums over the examples gone through, so that it
 * is what scikit-learn computes on all of them at once. Confined to the training thread.
 */
public final class WholeSet {

    private static final Map<Class<? extends MetricSpec>, Making<MetricSpec>> KINDS = new HashMap<>();

    static {
        kind(MetricSpec.Precision.class, (set, spec) -> set.classes(confusion -> confusion.precision(spec.average())));
        kind(MetricSpec.Recall.class, (set, spec) -> set.classes(confusion -> confusion.recall(spec.average())));
        kind(MetricSpec.F1.class, (set, spec) -> set.classes(confusion -> confusion.f1(spec.average())));
        kind(MetricSpec.TopK.class, (set, spec) -> {
            TopHits hits = new TopHits(spec.k());
            set.statistics.put(spec.name(), hits.tally());
            return hits::share;
        });
        kind(MetricSpec.Auc.class, (set, spec) -> {
            Scores scores = (Scores) set.statistics.computeIfAbsent(
                    "scores", name -> new Scores(set.shape.width(), set.shape.classes()));
            set.costly.add(spec.name());
            return () -> scores.auc(spec.multiClass().equals(MetricSpec.OVO));
        });
        kind(MetricSpec.Rmse.class, (set, spec) -> set.numbers(Errors::rmse));
        kind(MetricSpec.R2.class, (set, spec) -> set.numbers(Errors::r2));
        kind(MetricSpec.Cer.class, (set, spec) -> set.text(spec.name(), Edits.ofTokens(set.shape.length())));
        kind(
                MetricSpec.Wer.class,
                (set, spec) -> set.text(spec.name(), Edits.ofWords(set.shape.length(), set.shape.blank())));
    }

    /** Of no metrics. */
    public static final WholeSet NONE = new WholeSet(List.of(), new Shape(1, false));

    private final Shape shape;
    private final Map<String, Statistic> statistics = new LinkedHashMap<>();
    private final Map<String, DoubleSupplier> metrics = new LinkedHashMap<>();
    private final Set<String> costly = new HashSet<>();
    private final Map<Class<?>, Object> shared = new HashMap<>();

    /**
     * What is measured.
     *
     * @param width outputs of the network a row
     * @param classes whether the target is one class a row, else a value for each output
     * @param length rows that make a text, where rows are its tokens
     * @param blank which tokens part words
     */
    public record Shape(int width, boolean classes, int length, IntPredicate blank) {

        /** Of what is no text. */
        Shape(int width, boolean classes) {
            this(width, classes, 1, token -> false);
        }
    }

    @FunctionalInterface
    private interface Making<M extends MetricSpec> {
        DoubleSupplier make(WholeSet set, M spec);
    }

    private static <M extends MetricSpec> void kind(Class<M> type, Making<M> making) {
        KINDS.put(type, (set, spec) -> making.make(set, type.cast(spec)));
    }

    /** Of those of {@code specs} that are no mean over batches. */
    public WholeSet(List<MetricSpec> specs, Shape shape) {
        this.shape = shape;
        for (MetricSpec spec : specs) {
            Making<MetricSpec> making = KINDS.get(spec.getClass());
            if (making != null) {
                metrics.put(spec.name(), making.make(this, spec));
            }
        }
    }

    private DoubleSupplier classes(Function<Confusion, Double> metric) {
        Confusion confusion = share(Confusion.class, "counts", this::confusion, Confusion::tally);
        return () -> metric.apply(confusion);
    }

    private Confusion confusion() {
        if (shape.classes()) {
            return Confusion.ofClasses(shape.width());
        }
        return shape.width() == 1 ? Confusion.ofLabel() : Confusion.ofLabels(shape.width());
    }

    private DoubleSupplier numbers(Function<Errors, Double> metric) {
        Errors errors = share(Errors.class, "errors", () -> new Errors(shape.width()), Errors::tally);
        return () -> metric.apply(errors);
    }

    /** What several metrics are computed from is gathered once. */
    private <T> T share(Class<T> type, String name, Supplier<T> make, Function<T, Statistic> statistic) {
        T made = type.cast(shared.computeIfAbsent(type, t -> make.get()));
        statistics.put(name, statistic.apply(made));
        return made;
    }

    private DoubleSupplier text(String name, Edits edits) {
        statistics.put(name, edits.tally());
        return edits::rate;
    }

    /** Whether there is nothing to gather. */
    public boolean isEmpty() {
        return metrics.isEmpty();
    }

    /** Whether it computes that metric. */
    public boolean has(String metric) {
        return metrics.containsKey(metric);
    }

    public void add(Batch batch) {
        statistics.values().forEach(statistic -> statistic.add(batch));
    }

    /** Leaves the batch that was added last out; to be called once for it. */
    public void undo() {
        statistics.values().forEach(Statistic::undo);
    }

    public void reset() {
        statistics.values().forEach(Statistic::reset);
    }

    /** The value over all that was added. */
    public double value(String metric) {
        return Optional.ofNullable(metrics.get(metric)).orElseThrow().getAsDouble();
    }

    /** Whether the value over a part of the set is cheap to tell. */
    public boolean runs(String metric) {
        return !costly.contains(metric);
    }

    /** All that is needed to go on adding. */
    public ObjectNode state() {
        ObjectNode state = JsonNodeFactory.instance.objectNode();
        statistics.forEach((name, statistic) -> state.set(name, statistic.state()));
        return state;
    }

    public void restore(JsonNode state) {
        statistics.forEach((name, statistic) -> statistic.restore(state.get(name)));
    }
}
