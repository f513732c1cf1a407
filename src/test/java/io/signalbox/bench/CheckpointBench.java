package io.signalbox.bench;

import io.signalbox.callback.Callback;
import io.signalbox.callback.CheckpointRequest;
import io.signalbox.callback.Logs;
import io.signalbox.callback.Run;
import io.signalbox.checkpoint.CheckpointFolder;
import io.signalbox.checkpoint.Content;
import io.signalbox.checkpoint.Manifest;
import io.signalbox.checkpoint.Manifest.Facts;
import io.signalbox.checkpoint.Manifest.Kind;
import io.signalbox.checkpoint.Safetensors;
import io.signalbox.checkpoint.Tensor;
import io.signalbox.event.EventDetail;
import io.signalbox.event.EventDetail.CheckpointSaved;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a checkpoint of a model of 100 MB (300 MB with Adam's moments) costs training, against writing it on the training
 * thread, and how fast it comes to the disk, against writing and forcing the same bytes and nothing else.
 */
class CheckpointBench {

    private static final int CHECKPOINTS = 6;
    private static final int STEPS_BETWEEN = 8;
    private static final double MEGABYTE = 1e6;
    private static final double GIGABYTE = 1e9;
    private static final String SPEC = """
            seed: 1
            epochs: %d
            batch_size: 16
            data: {dataset: sample-tabular, validation_split: 0.5, normalize: standard}
            model: {type: mlp, hidden: [5120, 4864]}
            optimizer: {type: adam, learning_rate: 0.0001}
            """.formatted(CHECKPOINTS * STEPS_BETWEEN / 62 + 1);

    private final Report report = new Report("checkpoint");

    @Test
    void modelOf100Megabytes(@TempDir Path folder) throws IOException {
        Watch watch = new Watch();
        SampleJob.of("sample-tabular", SPEC, folder).train(List.of(watch), watch::told);

        CheckpointFolder written = new CheckpointFolder(folder.resolve("checkpoints"));
        Manifest manifest = written.verify("taken-0");
        double megabytes = manifest.bytes() / MEGABYTE;
        report.line(
                "model of %.0f MB, checkpoint of %.0f MB", size(manifest, "model.safetensors") / MEGABYTE, megabytes);
        report.line(
                "pause of the training thread: the first %.1f ms (its memory is made), then median %.1f ms, worst %.1f ms"
                        + " of %d",
                watch.pauses.get(0),
                Report.median(watch.pauses.subList(1, CHECKPOINTS)),
                Report.max(watch.pauses.subList(1, CHECKPOINTS)),
                CHECKPOINTS - 1);
        report.line(
                "a training step: median %.1f ms, while a checkpoint is written %.1f ms",
                Report.median(watch.stepsAlone), Report.median(watch.stepsBeside));

        Map<String, Content> contents = contents(written, manifest);
        List<Double> here = new ArrayList<>();
        List<Double> raw = new ArrayList<>();
        for (int i = 0; i < CHECKPOINTS; i++) {
            raw.add(manifest.bytes() / GIGABYTE / raw(contents, folder.resolve("raw")));
            here.add(manifest.bytes() / GIGABYTE / synchronous(contents, folder.resolve("synchronous")));
        }
        report.line(
                "written on the training thread instead: median %.1f ms",
                manifest.bytes() / GIGABYTE / Report.median(here) * 1000);
        report.line(
                "to the disk, hashed, forced and read back: beside training median %.2f GB/s, best %.2f GB/s; alone median"
                        + " %.2f GB/s, best %.2f GB/s; the same bytes written and forced and nothing else: median %.2f GB/s,"
                        + " best %.2f GB/s",
                Report.median(watch.rates),
                Report.max(watch.rates),
                Report.median(here),
                Report.max(here),
                Report.median(raw),
                Report.max(raw));
    }

    private static double size(Manifest manifest, String file) {
        return manifest.files().get(file).size();
    }

    private static Map<String, Content> contents(CheckpointFolder folder, Manifest manifest) throws IOException {
        Map<String, Content> contents = new LinkedHashMap<>();
        for (String file : manifest.files().keySet()) {
            Path path = folder.file(manifest.name(), file);
            if (file.endsWith(".safetensors")) {
                Map<String, Tensor> direct = new LinkedHashMap<>();
                Safetensors.read(path).forEach((name, tensor) -> direct.put(name, direct(tensor)));
                contents.put(file, Content.tensors(direct, Map.of()));
            } else {
                contents.put(file, Content.text(Files.readString(path)));
            }
        }
        return contents;
    }

    private static Tensor direct(Tensor tensor) {
        ByteBuffer memory = ByteBuffer.allocateDirect(tensor.data().remaining());
        return new Tensor(
                tensor.dtype(),
                tensor.shape(),
                memory.put(tensor.data().duplicate()).flip());
    }

    /** Seconds. */
    private static double synchronous(Map<String, Content> contents, Path folder) throws IOException {
        long begin = System.nanoTime();
        new CheckpointFolder(folder).write("taken", new Facts(0, 0, Kind.FULL, Map.of(), Instant.now()), contents);
        return (System.nanoTime() - begin) / 1e9;
    }

    /** Seconds. */
    private static double raw(Map<String, Content> contents, Path folder) throws IOException {
        Files.createDirectories(folder);
        long begin = System.nanoTime();
        for (Map.Entry<String, Content> content : contents.entrySet()) {
            try (FileChannel file = FileChannel.open(
                    folder.resolve(content.getKey()), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                content.getValue().writeTo(file);
                file.force(true);
            }
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        for (String file : contents.keySet()) {
            Files.delete(folder.resolve(file));
        }
        return seconds;
    }

    /** Asks for checkpoints, and takes the time between a batch's end and the next one's begin. */
    private static final class Watch implements Callback {

        final List<Double> pauses = new ArrayList<>();
        final List<Double> stepsAlone = new ArrayList<>();
        final List<Double> stepsBeside = new ArrayList<>();
        final List<Double> rates = new ArrayList<>();
        private long askedAt;
        private long takenAt;
        private long batchBegan;
        private boolean writing;

        @Override
        public String name() {
            return "watch";
        }

        @Override
        public void onTrainBatchBegin(int batch, Run run) {
            batchBegan = System.nanoTime();
            if (askedAt != 0) {
                pauses.add((batchBegan - askedAt) / 1e6);
                takenAt = batchBegan;
                askedAt = 0;
            }
        }

        @Override
        public void onTrainBatchEnd(int batch, Logs logs, Run run) {
            (writing ? stepsBeside : stepsAlone).add((System.nanoTime() - batchBegan) / 1e6);
            long step = run.step();
            if (step % STEPS_BETWEEN == 0 && step / STEPS_BETWEEN <= CHECKPOINTS) {
                String name = "taken-" + (step / STEPS_BETWEEN - 1) % 2;
                run.saveCheckpoint(new CheckpointRequest(name, false, false, Map.of(), name()));
                writing = true;
                askedAt = System.nanoTime();
            }
        }

        /** An event comes after the batch in which the checkpoint was written: the rate is a little more than told. */
        void told(EventDetail detail) {
            if (detail instanceof CheckpointSaved saved && saved.by().equals(name())) {
                writing = false;
                rates.add(saved.bytes() / (double) (System.nanoTime() - takenAt));
            }
        }
    }
}
