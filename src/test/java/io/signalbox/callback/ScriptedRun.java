package io.signalbox.callback;

import io.signalbox.callback.TrainingLoop.Position;
import io.signalbox.callback.replay.Recording;
import io.signalbox.callback.replay.ReplayRun;
import io.signalbox.event.EventDetail;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A replay that can be killed at any boundary and gone on from there, and that may have a folder. */
final class ScriptedRun extends ReplayRun {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int BATCH_SIZE = 32;

    record Backup(int keep, String by, int epoch, @Nullable Integer batch) {}

    /** What kill -9 is to a process. */
    static final class Killed extends Error {
        private static final long serialVersionUID = 1;
    }

    final List<Told> told = told();
    final List<Asked> asked = asked();
    final List<Stopped> stopped = stopped();
    final List<Restored> restored = restored();
    final List<Integer> batchesRun = batchesRun();
    final Map<String, Weights> checkpoints = checkpoints();
    final List<Backup> backups = new ArrayList<>();
    final List<Position> boundaries = new ArrayList<>();

    private final Recording recording;
    boolean backupsRemoved;
    private @Nullable Integer batch;
    private @Nullable Path directory;
    private int killAt = Integer.MAX_VALUE;
    private Insight insight = Insight.NONE;
    private @Nullable String state;
    private @Nullable CallbackList callbacks;

    ScriptedRun(double rate, List<Map<String, Double>> history) {
        this(new Recording(history.size(), 1, rate, history, null, List.of()));
    }

    private ScriptedRun(Recording recording) {
        super(recording);
        this.recording = recording;
    }

    /** Epochs that log one metric. */
    static ScriptedRun of(String metric, double... values) {
        List<Map<String, Double>> history = new ArrayList<>();
        for (double value : values) {
            Map<String, Double> logs = new LinkedHashMap<>();
            logs.put("loss", 1.0);
            logs.put(metric, value);
            history.add(logs);
        }
        return new ScriptedRun(0.1, history);
    }

    ScriptedRun withMetrics(List<Metric> compiled) {
        return with(recording.stepsPerEpoch(), recording.batchLogs(), compiled);
    }

    ScriptedRun withSteps(int steps) {
        return with(steps, recording.batchLogs(), recording.metrics());
    }

    ScriptedRun withBatchLogs(@Nullable List<List<Map<String, Double>>> logs) {
        return with(recording.stepsPerEpoch(), logs, recording.metrics());
    }

    private ScriptedRun with(int steps, @Nullable List<List<Map<String, Double>>> logs, List<Metric> compiled) {
        ScriptedRun run = new ScriptedRun(new Recording(
                recording.epochs(), steps, recording.learningRate(), recording.history(), logs, compiled));
        run.directory = directory;
        run.killAt = killAt;
        return run;
    }

    ScriptedRun withInsight(Insight of) {
        insight = of;
        return this;
    }

    ScriptedRun in(Path folder) {
        directory = folder;
        return this;
    }

    /** Dies after so many boundaries. */
    ScriptedRun killedAt(int boundary) {
        killAt = boundary;
        return this;
    }

    @Override
    public int train(List<? extends Callback> list) {
        callbacks = new CallbackList(Collections.unmodifiableList(list), this);
        callbacks.onTrainBegin();
        return new TrainingLoop(this, this, callbacks).run(Position.START);
    }

    /** Goes on where another was killed, from what it had last saved. */
    int goOn(ScriptedRun killed, List<? extends Callback> list) {
        Position from = killed.boundaries.get(killed.boundaries.size() - 1);
        ObjectNode kept = (ObjectNode) JSON.readTree(killed.state);
        callbacks = new CallbackList(List.copyOf(list), this);
        callbacks.onTrainBegin();
        learningRate().restore((ObjectNode) kept.get("learning_rate"));
        callbacks.restore((ObjectNode) kept.get("callbacks"));
        asked.clear(); // going on, what was asked for at train begin was asked for then
        takeUp(killed, kept.get("stop") instanceof ObjectNode request ? StopRequest.restore(request) : null);
        backups.addAll(killed.backups);
        return new TrainingLoop(this, this, callbacks).run(from);
    }

    <T extends EventDetail> List<T> told(Class<T> type) {
        return told.stream()
                .map(Told::detail)
                .filter(type::isInstance)
                .map(type::cast)
                .toList();
    }

    @Override
    public void boundary(Position next) {
        boundaries.add(next);
        ObjectNode kept = JSON.createObjectNode();
        kept.set("learning_rate", learningRate().state());
        kept.set("callbacks", callbacks.state());
        if (stopRequest() != null) {
            kept.set("stop", stopRequest().state());
        }
        state = JSON.writeValueAsString(kept);
        if (boundaries.size() == killAt) {
            throw new Killed();
        }
    }

    /** It stands for a training, not for a replay of one. */
    @Override
    public boolean live() {
        return true;
    }

    @Override
    public Logs trainBatch(int number) {
        batch = number;
        return super.trainBatch(number);
    }

    @Override
    public Logs trainLogs() {
        batch = null;
        return super.trainLogs();
    }

    @Override
    public void backUp(int keep, String by) {
        backups.add(new Backup(keep, by, epoch(), batch));
    }

    @Override
    public void removeBackups() {
        backupsRemoved = true;
    }

    @Override
    public long examples() {
        return step() * BATCH_SIZE;
    }

    @Override
    public Logs stepLogs() {
        Logs logs = new Logs();
        logs.put("loss", step());
        return logs;
    }

    @Override
    public Insight insight() {
        return insight;
    }

    @Override
    public Path directory() {
        return directory == null ? Path.of("nowhere") : directory;
    }
}
