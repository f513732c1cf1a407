package io.signalbox.callback;

import io.signalbox.spec.CallbackSpec;
import io.signalbox.spec.CallbackTypes;
import io.signalbox.spec.InvalidSpecException;
import io.signalbox.spec.Problem;
import io.signalbox.spec.schema.Binder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiFunction;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Every built-in callback that a spec can name, and those that every run has. */
public final class Callbacks implements CallbackTypes {

    private static final Map<String, Type<?>> TYPES = types(
            new Type<>("EarlyStopping", EarlyStopping.Params.class, EarlyStopping::new),
            new Type<>("ModelCheckpoint", ModelCheckpoint.Params.class, ModelCheckpoint::new),
            new Type<>("LearningRateScheduler", LearningRateScheduler.Params.class, LearningRateScheduler::new),
            new Type<>("LambdaCallback", LambdaCallback.Params.class, LambdaCallback::new),
            new Type<>("ReduceLROnPlateau", ReduceLROnPlateau.Params.class, ReduceLROnPlateau::new),
            new Type<>("BackupAndRestore", BackupAndRestore.Params.class, BackupAndRestore::new),
            new Type<>("ProgbarLogger", ProgbarLogger.Params.class, ProgbarLogger::new),
            new Type<>("TensorBoard", TensorBoard.Params.class, TensorBoard::new),
            new Type<>("CSVLogger", CSVLogger.Params.class, CSVLogger::new),
            new Type<>("TerminateOnNaN", TerminateOnNaN.Params.class, TerminateOnNaN::new),
            new Type<>("GradientClipping", GradientClipping.Params.class, GradientClipping::new),
            new Type<>("GradientMonitor", GradientMonitor.Params.class, GradientMonitor::new),
            new Type<>("GradientAccumulation", GradientAccumulation.Params.class, GradientAccumulation::new),
            new Type<>("LayerFreezing", LayerFreezing.Params.class, LayerFreezing::new),
            new Type<>("Timer", Timer.Params.class, Timer::new),
            new Type<>("ThroughputMonitor", ThroughputMonitor.Params.class, ThroughputMonitor::new),
            new Type<>("DeviceStats", DeviceStats.Params.class, DeviceStats::new),
            new Type<>("OnExceptionCheckpoint", OnExceptionCheckpoint.Params.class, OnExceptionCheckpoint::new),
            new Type<>("CheckpointRetention", CheckpointRetention.Params.class, CheckpointRetention::new),
            new Type<>("AnomalyMonitor", AnomalyMonitor.Params.class, AnomalyMonitor::new),
            new Type<>("Notify", Notify.Params.class, Notify::new),
            new Type<>("RemoteMonitor", RemoteMonitor.Params.class, RemoteMonitor::new),
            new Type<>("Rollback", Rollback.Params.class, Rollback::new),
            new Type<>("SwapEMAWeights", SwapEMAWeights.Params.class, SwapEMAWeights::new),
            new Type<>("EMA", EMA.Params.class, EMA::new),
            new Type<>(
                    "StochasticWeightAveraging",
                    StochasticWeightAveraging.Params.class,
                    StochasticWeightAveraging::new),
            new Type<>("LearningRateFinder", LearningRateFinder.Params.class, LearningRateFinder::new),
            new Type<>("Histograms", Histograms.Params.class, Histograms::new),
            new Type<>("ConfusionMatrix", ConfusionMatrix.Params.class, ConfusionMatrix::new),
            new Type<>("Predictions", Predictions.Params.class, Predictions::new),
            new Type<>("Embeddings", Embeddings.Params.class, Embeddings::new));

    private static final Set<String> FIXED =
            Set.of("GradientAccumulation", "LayerFreezing", "LearningRateFinder", "BackupAndRestore");

    private record Type<P extends Record>(String name, Class<P> params, BiFunction<String, P, Callback> constructor)
            implements CallbackType<P> {

        @Override
        public Callback create(String callback, P bound) {
            return constructor.apply(callback, bound);
        }
    }

    private final Map<String, CallbackType<?>> known = new LinkedHashMap<>(TYPES);

    /** Those built in. */
    public Callbacks() {}

    /** Those built in, and others. */
    public Callbacks(List<CallbackType<?>> others) {
        others.forEach(type -> known.put(type.name(), type));
    }

    /**
     * What the callbacks that every run has work with.
     *
     * @param mailbox where commands arrive
     * @param logEvery steps between two batch events; 0 for none
     * @param timeLimit after which training stops; null for none
     * @param nanoClock {@link System#nanoTime}, or a test's own
     */
    public record Surroundings(
            Mailbox mailbox, int logEvery, @Nullable Duration timeLimit, LongSupplier nanoClock) {}

    private static Map<String, Type<?>> types(Type<?>... types) {
        Map<String, Type<?>> byName = new LinkedHashMap<>();
        for (Type<?> type : types) {
            byName.put(type.name(), type);
        }
        return byName;
    }

    @Override
    public Set<String> types() {
        return Collections.unmodifiableSet(known.keySet());
    }

    @Override
    public @Nullable Class<? extends Record> parameters(String type) {
        CallbackType<?> found = known.get(type);
        return found == null ? null : found.params();
    }

    /** Updates in the first epoch of a job with these callbacks, where an epoch has so many batches. */
    public static int updates(List<CallbackSpec> specs, int batches) {
        return GradientAccumulation.updates(specs, batches);
    }

    /**
     * The callbacks of a checked spec, in its order.
     *
     * @throws InvalidSpecException for one that was not checked
     */
    public List<Callback> create(List<CallbackSpec> specs) {
        List<Callback> callbacks = new ArrayList<>();
        for (CallbackSpec spec : specs) {
            CallbackType<?> type = known.get(spec.type());
            if (type == null) {
                throw new InvalidSpecException(List.of(
                        new Problem("#/callbacks/" + spec.name() + "/type", "enum", "there is no such callback")));
            }
            callbacks.add(create(type, spec));
        }
        return callbacks;
    }

    private static <P extends Record> Callback create(CallbackType<P> type, CallbackSpec spec) {
        List<Problem> problems = new ArrayList<>();
        P bound = Binder.bind(spec.params(), type.params(), "#/callbacks/" + spec.name(), problems);
        if (bound == null) {
            throw new InvalidSpecException(problems);
        }
        return type.create(spec.name(), bound);
    }

    /** Whether callbacks of a type decide on what an update or a backup is, so that no command may change them. */
    public static boolean isFixed(String type) {
        return FIXED.contains(type);
    }

    /** Whether what callbacks of a type did to updates stays when they are gone. */
    public static boolean leavesItsMark(String type) {
        return type.equals("GradientClipping");
    }

    /**
     * The callbacks of a run: those of its checked spec with the ones that every run has around them. The list is one that
     * commands change while training goes on, between two hooks.
     */
    public List<Callback> forRun(List<CallbackSpec> specs, Surroundings surroundings) {
        List<Callback> own = create(specs);
        List<Callback> all = new CopyOnWriteArrayList<>();
        Roster roster = new Roster(this, all, own, specs);
        RemoteControl control = new RemoteControl(surroundings.mailbox(), roster, surroundings.nanoClock());
        all.add(control);
        all.addAll(own);
        if (own.stream().noneMatch(BackupAndRestore.class::isInstance)) {
            all.add(new BackupByTime(surroundings.nanoClock()));
        }
        if (surroundings.timeLimit() != null) {
            all.add(Timer.timeLimit(surroundings.timeLimit(), surroundings.nanoClock()));
        }
        all.add(new History(surroundings.logEvery(), surroundings.nanoClock()));
        all.add(new Explainer(roster, control::answered));
        return all;
    }
}
