package io.signalbox.trainer;

import io.signalbox.callback.Mailbox;
import io.signalbox.data.DatasetFolder;
import io.signalbox.event.Event;
import io.signalbox.link.Assignment;
import io.signalbox.link.Frame;
import io.signalbox.link.JournalWriter;
import io.signalbox.link.LinkClient;
import io.signalbox.link.LinkServer;
import io.signalbox.spec.Command;
import io.signalbox.spec.CommandRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.helpers.NOPLogger;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Trains a toy job from its files to its last acknowledged event, in a temporary folder and against a server of its own: the
 * job that is waited for then finds every class loaded and every format at hand, and makes its first step at once.
 */
final class Rehearsal implements LinkServer.Handler, LinkClient.Listener {

    private static final Duration ACK_WITHIN = Duration.ofSeconds(5);
    private static final int ROWS = 64;
    private static final String SPEC = """
            {"seed": 1, "epochs": 3, "batch_size": 8, "log_every": 1,
             "data": {"dataset": "rehearsal", "validation_split": 0.25, "normalize": "standard"},
             "model": {"type": "mlp", "hidden": [8]},
             "callbacks": [{"type": "EarlyStopping", "restore_best_weights": true},
                           {"type": "ModelCheckpoint", "save_best_only": true},
                           {"type": "ReduceLROnPlateau", "patience": 1},
                           {"type": "CSVLogger"}]}
            """;

    private final Mailbox mailbox = new Mailbox();
    private final ProgressMeter meter = new ProgressMeter();

    private Rehearsal() {}

    static void run() throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("signalbox-trainer");
        try {
            new Rehearsal().run(folder);
        } finally {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private void run(Path folder) throws IOException, InterruptedException {
        Path dataset = writeDataset(folder);
        Files.writeString(folder.resolve("spec.json"), SPEC);
        Path linkFile = folder.resolve("link.json");
        Assignment assignment = Assignment.fromJson(new Assignment(
                        1, 1, "", 0, folder, dataset, null, null, List.of(), null, null, linkFile, ACK_WITHIN, null)
                .toJson());
        try (LinkServer server = new LinkServer(linkFile, this);
                JournalWriter journal =
                        new JournalWriter(folder.resolve("journal.ndjson"), 1, 1, 0, InstantSource.system());
                LinkClient link = new LinkClient(assignment, journal, this)) {
            link.start();
            JobEvents events = new JobEvents(journal::append, new LogLines(NOPLogger.NOP_LOGGER));
            events.end(Ending.of(new Job(assignment, mailbox, meter, events).run()));
            link.awaitAcked(ACK_WITHIN);
        }
    }

    private static Path writeDataset(Path folder) throws IOException {
        Path dataset = Files.createDirectory(folder.resolve("dataset"));
        Path csv = dataset.resolve("rehearsal.csv");
        StringBuilder rows = new StringBuilder("x,kind,label\n");
        for (int row = 0; row < ROWS; row++) {
            rows.append(row / (double) ROWS)
                    .append(row % 3 == 0 ? ",a" : ",b")
                    .append(row % 2 == 0 ? ",even\n" : ",odd\n");
        }
        Files.writeString(csv, rows);
        DatasetFolder.create(dataset, "rehearsal", "csv", JsonNodeFactory.instance.objectNode(), List.of(csv));
        return dataset;
    }

    @Override
    public long hello(Frame.Hello hello, LinkServer.Session session) {
        session.send(new CommandRequest("rehearsal", new Command.ReleaseLearningRate()));
        return -1;
    }

    @Override
    public void events(LinkServer.Session session, List<Event> events) {}

    @Override
    public void progress(LinkServer.Session session, Frame.Progress progress) {}

    @Override
    public void closed(LinkServer.Session session) {}

    @Override
    public void command(CommandRequest request) {
        mailbox.put(request);
    }

    @Override
    public void fenced(String reason) {
        throw new IllegalStateException(reason);
    }

    @Override
    public void interrupted(String reason) {}

    @Override
    public void orphaned() {}

    @Override
    public Frame.Progress progress() {
        return meter.read();
    }
}
