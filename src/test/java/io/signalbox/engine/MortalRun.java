package io.signalbox.engine;

import io.signalbox.callback.Callback;
import io.signalbox.callback.Callbacks;
import io.signalbox.callback.Logs;
import io.signalbox.callback.Mailbox;
import io.signalbox.callback.Run;
import io.signalbox.checkpoint.CheckpointFolder;
import io.signalbox.checkpoint.Manifest;
import io.signalbox.checkpoint.MortalFolder;
import io.signalbox.data.TrainingData;
import io.signalbox.engine.torch.Processor;
import io.signalbox.event.EventDetail;
import io.signalbox.event.EventDetail.CallbacksExplained;
import io.signalbox.event.EventDetail.CheckpointRemoved;
import io.signalbox.event.EventDetail.CheckpointSaved;
import io.signalbox.event.EventDetail.EpochEnd;
import io.signalbox.event.EventDetail.TrainBegin;
import io.signalbox.event.EventDetail.TrainEnd;
import io.signalbox.spec.CheckedSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A job whose process can die: before any hook, any event and any step of the disk. What it told is cut back to where a life
 * goes on, as a server does it.
 */
final class MortalRun {

    private final CheckedSpec spec;
    private final TrainingData data;
    private final Path folder;
    private final List<String> told = new ArrayList<>();
    private final AtomicLong moments = new AtomicLong();
    private long last;

    /** What kill -9 is to a process: nothing after it runs. */
    private static final class Death extends Error {
        private static final long serialVersionUID = 1;
    }

    MortalRun(CheckedSpec spec, TrainingData data, Path folder) {
        this.spec = spec;
        this.data = data;
        this.folder = folder;
    }

    /** Trains on from the newest checkpoint that is whole; false if it died after so many moments. */
    boolean liveFor(long most, Processor processor) {
        moments.set(0);
        last = most;
        List<Callback> callbacks = new ArrayList<>();
        callbacks.add(new Mortal("first"));
        callbacks.addAll(new Callbacks()
                .forRun(
                        spec.spec().callbacks(),
                        new Callbacks.Surroundings(new Mailbox(), spec.spec().logEvery(), null, () -> 0)));
        callbacks.add(new Mortal("last"));
        callbacks.add(new Ledger());
        try {
            Training.run(
                    new Training.Setup(spec, data, callbacks, folder, newest(), null, this::tell),
                    MortalFolder.of(folder.resolve("checkpoints"), this::live),
                    processor);
            return moments.get() <= last; // the other thread may have died over the last removals
        } catch (Death e) {
            return false;
        }
    }

    private String newest() {
        String newest = new CheckpointFolder(folder.resolve("checkpoints"))
                .newestFull(broken -> {
                    throw broken;
                })
                .map(Manifest::name)
                .orElse(null);
        if (newest == null) {
            told.clear();
        }
        return newest;
    }

    /** Called by the training thread and by the one that writes: when one dies both do. */
    private void live() {
        if (moments.incrementAndGet() > last) {
            throw new Death();
        }
    }

    /** Moments of the last life. */
    long moments() {
        return moments.get();
    }

    /**
     * All but what hangs on the clock, on the disk's speed or on how many lives there were: each life has a first backup, and
     * a backup makes the checkpoint before it known, and those that it replaces removable, sooner.
     */
    private void tell(Integer epoch, Long step, EventDetail detail) {
        live();
        boolean ofThisLife = detail instanceof CheckpointSaved
                || detail instanceof CheckpointRemoved
                || detail instanceof TrainBegin
                || detail instanceof TrainEnd
                || detail instanceof CallbacksExplained;
        if (!ofThisLife) {
            Object what = detail instanceof EpochEnd end ? end.logs() : detail;
            told.add(epoch + "/" + step + " " + what);
        }
    }

    List<String> told() {
        return told;
    }

    /** Every file of every checkpoint, but not when it was made, nor what other checkpoints there were: see {@link #tell}. */
    Map<String, String> checkpoints() throws IOException {
        Map<String, String> contents = new TreeMap<>();
        Path checkpoints = folder.resolve("checkpoints");
        try (Stream<Path> files = Files.walk(checkpoints)) {
            files.filter(Files::isRegularFile).forEach(file -> {
                if (!file.endsWith("manifest.json")) {
                    contents.put(checkpoints.relativize(file).toString(), content(file));
                }
            });
        }
        return contents;
    }

    private static String content(Path file) {
        try {
            return file.toString().endsWith(".json")
                    ? withoutOthers(Files.readString(file))
                    : java.util.HexFormat.of().formatHex(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String withoutOthers(String state) {
        ObjectNode json = (ObjectNode) new JsonMapper().readTree(state);
        json.remove("checkpoints");
        return json.toPrettyString();
    }

    /** Knows how much had been told when a checkpoint was taken. */
    private final class Ledger implements Callback {

        @Override
        public String name() {
            return "ledger";
        }

        @Override
        public ObjectNode state() {
            return Callback.super.state().put("told", told.size());
        }

        @Override
        public void restore(ObjectNode state) {
            told.subList(state.get("told").asInt(), told.size()).clear();
        }
    }

    /** A place in the list of callbacks at which the process may die. */
    private final class Mortal implements Callback {

        private final String name;

        Mortal(String name) {
            this.name = name;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public void onTrainBegin(Run run) {
            live();
        }

        @Override
        public void onTrainEnd(Logs logs, Run run) {
            live();
        }

        @Override
        public void onEpochBegin(int epoch, Run run) {
            live();
        }

        @Override
        public void onEpochEnd(int epoch, Logs logs, Run run) {
            live();
        }

        @Override
        public void onTrainBatchBegin(int batch, Run run) {
            live();
        }

        @Override
        public void onTrainBatchEnd(int batch, Logs logs, Run run) {
            live();
        }

        @Override
        public void onTestBatchBegin(int batch, Run run) {
            live();
        }

        @Override
        public void onTestBatchEnd(int batch, Logs logs, Run run) {
            live();
        }

        @Override
        public void onTestEnd(Logs logs, Run run) {
            live();
        }
    }
}
