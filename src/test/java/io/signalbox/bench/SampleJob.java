package io.signalbox.bench;

import io.signalbox.callback.Callback;
import io.signalbox.callback.Callbacks;
import io.signalbox.callback.Mailbox;
import io.signalbox.data.DatasetInfo;
import io.signalbox.data.SampleDatasets;
import io.signalbox.data.TrainingData;
import io.signalbox.engine.Training;
import io.signalbox.event.EventDetail;
import io.signalbox.spec.CheckedSpec;
import io.signalbox.spec.LossSpec;
import io.signalbox.spec.SpecCheck;
import io.signalbox.spec.SpecParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A job on a dataset that ships with the service, trained in this process as a trainer does it. */
record SampleJob(CheckedSpec spec, TrainingData data, Path folder) {

    static SampleJob of(String dataset, String yaml, Path folder) throws IOException {
        Path files = Files.createDirectories(folder.resolve("dataset"));
        DatasetInfo info = SampleDatasets.generate(dataset, files);
        CheckedSpec spec = SpecCheck.check(
                new SpecParser(new Callbacks()).parse(SpecParser.readYaml(yaml.getBytes(StandardCharsets.UTF_8))),
                info.schema(),
                null);
        TrainingData data = TrainingData.load(
                files, null, spec.spec().data(), 3, spec.spec().loss() instanceof LossSpec.CrossEntropy);
        return new SampleJob(spec, data, folder);
    }

    /** @param own callbacks before those that every run has */
    Training.Result train(List<Callback> own, Consumer<EventDetail> events) {
        List<Callback> callbacks = new ArrayList<>(own);
        callbacks.addAll(new Callbacks()
                .forRun(
                        spec.spec().callbacks(),
                        new Callbacks.Surroundings(new Mailbox(), spec.spec().logEvery(), null, System::nanoTime)));
        return Training.run(new Training.Setup(
                spec, data, callbacks, folder, null, null, (epoch, step, detail) -> events.accept(detail)));
    }
}
