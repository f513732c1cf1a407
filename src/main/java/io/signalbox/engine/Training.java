package io.signalbox.engine;

import ai.djl.engine.EngineException;
import io.signalbox.callback.Callback;
import io.signalbox.callback.CallbackList;
import io.signalbox.callback.StopRequest;
import io.signalbox.callback.TrainingLoop;
import io.signalbox.callback.TrainingLoop.Position;
import io.signalbox.checkpoint.CheckpointException;
import io.signalbox.checkpoint.CheckpointFolder;
import io.signalbox.checkpoint.Safetensors;
import io.signalbox.checkpoint.Tensor;
import io.signalbox.data.TrainingData;
import io.signalbox.engine.network.Weights;
import io.signalbox.engine.torch.HostTensor;
import io.signalbox.engine.torch.Processor;
import io.signalbox.engine.torch.Torch;
import io.signalbox.event.EventDetail;
import io.signalbox.event.EventDetail.Log;
import io.signalbox.event.EventDetail.TrainEnd;
import io.signalbox.event.EventDetail.WeightsLoaded;
import io.signalbox.event.Outcome;
import io.signalbox.spec.CheckedSpec;
import io.signalbox.spec.InitialWeights;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Trains one job in this process. */
public final class Training {

    /** Where checkpoints lie in a job's folder. */
    public static final String CHECKPOINTS = "checkpoints";

    /** Takes what the run tells. */
    @FunctionalInterface
    public interface Events {
        void tell(@Nullable Integer epoch, @Nullable Long step, EventDetail detail);
    }

    /**
     * What to train.
     *
     * @param callbacks all of them, built-in ones included, in order
     * @param directory the job's folder; checkpoints lie in {@code checkpoints/}, and the network of a {@code torchscript}
     *     model in {@code model.pt}
     * @param resumeFrom name of the checkpoint to go on from, or if it does not verify from the newest before it that does;
     *     null to start from scratch
     * @param anew what of that checkpoint is left
     * @param initialWeights safetensors file to begin with; null for weights drawn from the seed
     * @param gpu number of the graphics processor that computes, from 0; null for none
     */
    public record Setup(
            CheckedSpec spec,
            TrainingData data,
            List<Callback> callbacks,
            Path directory,
            @Nullable String resumeFrom,
            Set<Anew> anew,
            @Nullable Path initialWeights,
            @Nullable Integer gpu,
            Events events) {

        /** One on this machine's own processor that takes up all of the checkpoint that it goes on from. */
        public Setup(
                CheckedSpec spec,
                TrainingData data,
                List<Callback> callbacks,
                Path directory,
                @Nullable String resumeFrom,
                @Nullable Path initialWeights,
                Events events) {
            this(spec, data, callbacks, directory, resumeFrom, Set.of(), initialWeights, null, events);
        }
    }

    /**
     * How training ended.
     *
     * @param left whether it was left on the way; the outcome says nothing where it is to go on
     */
    public record Result(Outcome outcome, String reason, Left left) {}

    /** Whether a run was left before its end, and why. */
    public enum Left {
        NOT,
        /** For good. */
        CANCELLED,
        /** It goes on when somebody wishes it. */
        SUSPENDED,
        /** Its process had to end: it goes on as soon as another one can take it. */
        INTERRUPTED;

        static Left by(StopRequest stop) {
            if (stop.interrupts()) {
                return INTERRUPTED;
            }
            return stop.suspends() ? SUSPENDED : CANCELLED;
        }
    }

    private final Setup setup;
    private final Session session;
    private final Checkpoints checkpoints;
    private final TrainingRun run;
    private final CallbackList callbacks;
    private final TrainingWork work;

    private Training(Setup setup, Session session, CheckpointFolder folder) {
        this.setup = setup;
        this.session = session;
        Snapshots snapshots = new Snapshots(session);
        this.checkpoints = new Checkpoints(session, snapshots, folder);
        this.run = new TrainingRun(setup, session, snapshots, checkpoints);
        this.callbacks = new CallbackList(setup.callbacks(), run);
        this.work = new TrainingWork(session, run, checkpoints, new Saving(setup, run, checkpoints, callbacks));
    }

    /** Graphics processors that jobs can be trained on in this process. */
    public static int gpus() {
        return Torch.gpus();
    }

    /** Loads PyTorch and makes a few steps of a small network, so that the first step of a job is fast. */
    public static void warmUp(int threads) {
        WarmUp.run(threads);
    }

    /**
     * Trains to the end or to a stop, on the calling thread. A loss that is not finite is no error.
     *
     * @throws TrainingException when PyTorch fails, for example for want of memory
     * @throws IllegalArgumentException for data, weights or a checkpoint that do not fit the network
     * @throws UncheckedIOException for files that cannot be read
     */
    public static Result run(Setup setup) {
        return run(setup, new CheckpointFolder(setup.directory().resolve(CHECKPOINTS)));
    }

    /** The same, with checkpoints in a folder of the caller's choice. */
    public static Result run(Setup setup, CheckpointFolder folder) {
        Integer gpu = setup.gpu();
        return run(setup, folder, gpu == null ? Processor.CPU : Processor.gpu(gpu));
    }

    /** The same, on a processor of a test's own. */
    static Result run(Setup setup, CheckpointFolder folder, Processor processor) {
        try (Session session = Session.open(setup.spec(), setup.data(), setup.directory(), processor)) {
            Training training = new Training(setup, session, folder);
            try (training.checkpoints) {
                return training.run();
            }
        } catch (EngineException e) {
            throw new TrainingException("PyTorch failed: " + TrainingException.firstLine(e), e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Result run() throws IOException {
        long begin = System.nanoTime();
        takeUpCheckpoints();
        Checkpoints.@Nullable Saved saved = setup.resumeFrom() == null ? null : resume(setup.resumeFrom());
        if (saved == null && setup.initialWeights() != null) {
            beginWith(setup.initialWeights());
        }
        try {
            callbacks.onTrainBegin();
        } finally {
            run.begin(saved == null ? null : saved.manifest().name());
        }
        if (saved != null) {
            // After the hook, in which callbacks reset themselves.
            if (!setup.anew().contains(Anew.LEARNING_RATE)) {
                run.learningRate().restore(saved.progress().learningRate());
            }
            callbacks.restore(saved.progress().callbacks());
            work.beginAgain(saved);
        } else {
            work.begin();
        }
        Position from = saved == null ? Position.START : saved.state().position();
        TrainingLoop loop = new TrainingLoop(work, run, callbacks);
        int epochs = loop.run(from);
        StopRequest stop = run.stopRequest();
        while (stop != null && stop.suspends() && !work.suspend() && !stop.interrupts()) {
            run.goOn(); // without a checkpoint to go on from later it goes on now
            epochs = loop.run(work.next());
            stop = run.stopRequest();
        }
        if (stop != null && stop.abort()) {
            work.leave();
            return new Result(stop.outcome(), stop.reason(), Left.by(stop));
        }
        work.afterTrainEnd();
        run.emit(
                new TrainEnd(epochs, Duration.ofNanos(System.nanoTime() - begin).toMillis() / 1000.0));
        return stop == null
                ? new Result(Outcome.FINISHED, "all " + run.epochs() + " epochs are done", Left.NOT)
                : new Result(stop.outcome(), stop.reason(), Left.NOT);
    }

    private void beginWith(Path file) throws IOException {
        InitialWeights asked = setup.spec().spec().initialWeights();
        String source = asked == null ? "the file of initial weights " + file.getFileName() : asked.toString();
        Map<String, HostTensor> weights = session.weights();
        Map<String, Tensor> content = Safetensors.read(file);
        if (asked == null || asked.strict()) {
            Weights.load(weights, content, source);
            run.emit(new WeightsLoaded(source, List.copyOf(weights.keySet()), List.of()));
        } else {
            Weights.Taken taken = Weights.loadFitting(weights, content, source);
            List<String> left = taken.left().entrySet().stream()
                    .map(misfit -> misfit.getKey() + ": " + misfit.getValue())
                    .toList();
            run.emit(new WeightsLoaded(source, taken.taken(), left));
        }
    }

    private void takeUpCheckpoints() {
        try {
            checkpoints.begin();
        } catch (IOException | CheckpointException e) {
            run.emit(new Log("warning", "The checkpoints of attempts before cannot be seen to: " + e.getMessage()));
        }
    }

    /** Null if there is no checkpoint to go on from that verifies. */
    private Checkpoints.@Nullable Saved resume(String wanted) throws IOException {
        Checkpoints.Saved saved = newestFrom(wanted);
        if (saved == null) {
            return null;
        }
        String name = saved.manifest().name();
        SavedState state = saved.state();
        if (!state.dataset().equals(setup.data().sha256())) {
            throw new IllegalArgumentException(
                    "checkpoint '" + name + "' was trained on a dataset of other content (SHA-256 "
                            + state.dataset() + ", now " + setup.data().sha256()
                            + "): put the former content back, or start a new job");
        }
        checkpoints.restore(saved, setup.anew());
        work.goOnFrom(saved, setup.anew());
        int threads = setup.spec().spec().resources().cpus();
        if (state.threads() != threads) {
            run.emit(new Log(
                    "warning",
                    "Going on with " + threads + " threads where " + state.threads()
                            + " trained before: the last digits will differ from an uninterrupted run."));
        }
        return saved;
    }

    /** A checkpoint, or where that does not verify the newest before it that does; each one passed over is told. */
    private Checkpoints.@Nullable Saved newestFrom(String wanted) throws IOException {
        for (String name : checkpoints.from(wanted)) {
            try {
                return checkpoints.open(name);
            } catch (CheckpointException e) {
                String damage = "Training cannot go on from checkpoint '" + name + "': " + e.getMessage() + ". ";
                run.emit(new Log("warning", damage + "The one before it is used."));
            }
        }
        run.emit(new Log("warning", "There is no checkpoint to go on from: training begins from the start."));
        return null;
    }
}
