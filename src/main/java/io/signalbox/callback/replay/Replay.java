package io.signalbox.callback.replay;

import io.signalbox.callback.Callback;
import io.signalbox.callback.Callbacks;
import io.signalbox.callback.CheckpointRequest;
import io.signalbox.callback.Logs;
import io.signalbox.callback.MonitorCallback;
import io.signalbox.callback.Run;
import io.signalbox.callback.TrainingLoop.Position;
import io.signalbox.event.EventDetail;
import io.signalbox.event.EventDetail.CallbackActed;
import io.signalbox.event.EventDetail.CheckpointSaved;
import io.signalbox.event.EventDetail.Log;
import io.signalbox.spec.CallbackSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Runs callbacks over a recording: the classes that train, in the loop that trains. Those that are not {@linkplain
 * Callback#replayable() replayable} are passed over, which the timeline tells.
 */
public final class Replay {

    /** Checkpoints that a replay writes at most. */
    public static final int MOST_CHECKPOINTS = 200_000;

    /** Events that a replay's timeline holds at most. */
    public static final int MOST_EVENTS = 10_000;

    private static final String BEST = "best";

    private final Bounded run;
    private final List<Callback> callbacks = new ArrayList<>();
    private final List<Watched> watched = new ArrayList<>();
    private final List<Double> during = new ArrayList<>();
    private final List<Double> after = new ArrayList<>();

    /** What callbacks did, and what they told of it. */
    public record Outcome(ReplayResult result, List<ReplayRun.Told> timeline) {}

    /** The best value that a callback remembers, and since when. */
    private static final class Watched {

        private final MonitorCallback callback;
        private @Nullable Double value;
        private @Nullable Integer epoch;

        Watched(MonitorCallback callback) {
            this.callback = callback;
        }

        void look(@Nullable Integer now) {
            Double seen = callback.best();
            if (!Objects.equals(seen, value)) {
                value = seen;
                epoch = now;
            }
        }

        Stream<ReplayResult.Best> best() {
            return value == null ? Stream.empty() : Stream.of(new ReplayResult.Best(callback.name(), epoch, value));
        }
    }

    /** The replay is over before its end, by its own limits. */
    private static final class Expired extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    /** A run within limits. */
    private static final class Bounded extends ReplayRun {

        private final Map<String, String> folders;
        private final BooleanSupplier expired;
        private long untold;

        Bounded(Recording recording, Map<String, String> folders, BooleanSupplier expired) {
            super(recording);
            this.folders = folders;
            this.expired = expired;
        }

        @Override
        public boolean live() {
            return false;
        }

        @Override
        public void boundary(Position next) {
            if (expired.getAsBoolean()) {
                throw new Expired();
            }
        }

        @Override
        public void saveCheckpoint(CheckpointRequest request) {
            if (asked().size() == MOST_CHECKPOINTS) {
                throw new IllegalStateException("a replay writes at most " + MOST_CHECKPOINTS
                        + " checkpoints and ends here; save more seldom, or replay fewer epochs");
            }
            super.saveCheckpoint(inFolder(request));
            emit(new CheckpointSaved(
                    request.name(),
                    request.weightsOnly() ? "weights" : "full",
                    request.metrics(),
                    0,
                    "",
                    request.best() ? List.of(BEST) : List.of(),
                    request.by()));
        }

        private CheckpointRequest inFolder(CheckpointRequest asked) {
            return new CheckpointRequest(
                    asked.name(),
                    asked.weightsOnly(),
                    asked.best(),
                    asked.metrics(),
                    asked.by(),
                    folders.getOrDefault(asked.by(), "") + asked.file());
        }

        @Override
        public void emit(EventDetail detail) {
            if (told().size() < MOST_EVENTS) {
                super.emit(detail);
            } else {
                untold++;
            }
        }

        List<Told> timeline() {
            List<Told> timeline = new ArrayList<>(told());
            if (untold > 0) {
                String message =
                        "the timeline ends here: it holds " + MOST_EVENTS + " events, " + untold + " more happened";
                timeline.add(new Told(epoch(), step(), new Log("warning", message)));
            }
            return timeline;
        }
    }

    /** Comes last in the list, so that it sees what the others did. */
    private final class Probe implements Callback {

        @Override
        public String name() {
            return "replay";
        }

        @Override
        public void onTrainBegin(Run of) {
            watched.forEach(callback -> callback.look(null));
        }

        @Override
        public void onEpochBegin(int epoch, Run of) {
            during.add(of.learningRate().value());
        }

        @Override
        public void onEpochEnd(int epoch, Logs logs, Run of) {
            after.add(of.learningRate().value());
            watched.forEach(callback -> callback.look(epoch));
        }
    }

    private Replay(List<CallbackSpec> specs, Bounded run) {
        this.run = run;
        List<Callback> created = new Callbacks().create(specs);
        for (int i = 0; i < created.size(); i++) {
            add(created.get(i), specs.get(i));
        }
        callbacks.add(new Probe());
    }

    private void add(Callback callback, CallbackSpec spec) {
        if (!callback.replayable()) {
            run.emit(new CallbackActed(
                    callback.name(), "info", spec.type() + " works on more than the metrics: a replay passes it over"));
            return;
        }
        callbacks.add(new Guarded(callback));
        if (callback instanceof MonitorCallback monitoring) {
            watched.add(new Watched(monitoring));
        }
    }

    /**
     * Replays.
     *
     * @param specs checked callbacks, in order
     * @param folders what to put in front of the files of a callback, by its name
     * @param expired asked after every batch; true ends the replay there, with an error that says so
     */
    public static Outcome of(
            Recording recording, List<CallbackSpec> specs, Map<String, String> folders, BooleanSupplier expired) {
        Replay replay = new Replay(specs, new Bounded(recording, folders, expired));
        ReplayResult.Failure error = replay.train();
        return new Outcome(replay.result(error), replay.run.timeline());
    }

    private ReplayResult.@Nullable Failure train() {
        try {
            run.train(callbacks);
            return null;
        } catch (Guarded.Failure e) {
            return e.told();
        } catch (Expired e) {
            return new ReplayResult.Failure(
                    null, run.epoch(), null, "the replay took too long and ends here; replay fewer epochs or steps");
        }
    }

    private ReplayResult result(ReplayResult.@Nullable Failure error) {
        if (!during.isEmpty()) {
            watched.forEach(callback -> callback.look(run.epoch()));
        }
        List<ReplayRun.Restored> restored = run.restored();
        return new ReplayResult(
                after.size(),
                stoppedEpoch(),
                run.stopped().stream()
                        .map(stop -> new ReplayResult.Stopped(stop.request().by(), stop.epoch(), stop.batch()))
                        .toList(),
                restored.isEmpty()
                        ? null
                        : (Integer) restored.get(restored.size() - 1).weights().epoch(),
                run.weights().epoch() < 0 ? null : (Integer) run.weights().epoch(),
                watched.stream().flatMap(Watched::best).toList(),
                during,
                after,
                run.learningRate().value(),
                run.asked().stream()
                        .map(saved -> new ReplayResult.Checkpoint(
                                saved.request().by(),
                                saved.request().file(),
                                saved.epoch(),
                                saved.batch(),
                                saved.replaced()))
                        .toList(),
                run.files().entrySet().stream()
                        .map(file -> new ReplayResult.SavedFile(
                                file.getKey(),
                                file.getValue().epoch(),
                                file.getValue().batchesDone()))
                        .toList(),
                error);
    }

    private @Nullable Integer stoppedEpoch() {
        return run.stopped().stream()
                .filter(stop -> stop.request().equals(run.stopRequest()))
                .map(ReplayRun.Stopped::epoch)
                .findFirst()
                .orElse(null);
    }
}
