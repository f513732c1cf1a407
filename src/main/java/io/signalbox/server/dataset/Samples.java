package io.signalbox.server.dataset;

import io.signalbox.data.SampleDatasets;
import io.signalbox.server.Home;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * The generated datasets that ship with the service. They are made at its first start, beside it: whoever asks for one before
 * it is there waits for it. One that was deleted does not come back.
 */
@Component
class Samples {

    private static final Logger LOG = LoggerFactory.getLogger(Samples.class);

    /** Remembers that they were made once. */
    private final Path made;

    private final Map<String, CompletableFuture<Void>> beingMade = new ConcurrentHashMap<>();

    Samples(Home home) {
        made = home.root().resolve(".samples");
        if (!Files.exists(made) && home.wasFree()) {
            SampleDatasets.NAMES.forEach(name -> beingMade.put(name, new CompletableFuture<>()));
        }
    }

    /** Begins to make those that are missing at the first start. */
    void write(Datasets datasets) {
        if (beingMade.isEmpty()) {
            return;
        }
        Thread thread = new Thread(() -> writeAll(datasets), "sample-datasets");
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * Waits until a sample of that name is there.
     *
     * @return whether there was something to wait for
     */
    boolean await(String name) {
        CompletableFuture<Void> sample = beingMade.get(name);
        if (sample == null) {
            return false;
        }
        sample.join();
        return true;
    }

    static boolean isSample(String name) {
        return SampleDatasets.NAMES.contains(name);
    }

    private void writeAll(Datasets datasets) {
        try {
            for (String name : SampleDatasets.NAMES) {
                if (!datasets.exists(name)) {
                    datasets.add(name, folder -> SampleDatasets.generate(name, folder));
                }
                done(name);
            }
            Files.createFile(made);
        } catch (IOException e) {
            LOG.warn("The sample datasets cannot be made, the next start tries again", e);
        } finally {
            SampleDatasets.NAMES.forEach(this::done);
        }
    }

    private void done(String name) {
        CompletableFuture<Void> sample = beingMade.remove(name);
        if (sample != null) {
            sample.complete(null);
        }
    }
}
