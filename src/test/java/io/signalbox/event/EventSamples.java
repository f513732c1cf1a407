package io.signalbox.event;

import io.signalbox.event.EventDetail.Alert;
import io.signalbox.event.EventDetail.Artifact;
import io.signalbox.event.EventDetail.BatchEnd;
import io.signalbox.event.EventDetail.CallbackActed;
import io.signalbox.event.EventDetail.CallbacksExplained;
import io.signalbox.event.EventDetail.CheckpointRemoved;
import io.signalbox.event.EventDetail.CheckpointSaved;
import io.signalbox.event.EventDetail.CommandApplied;
import io.signalbox.event.EventDetail.CommandRejected;
import io.signalbox.event.EventDetail.EpochBegin;
import io.signalbox.event.EventDetail.EpochEnd;
import io.signalbox.event.EventDetail.LearningRateChanged;
import io.signalbox.event.EventDetail.LearningRateTested;
import io.signalbox.event.EventDetail.Log;
import io.signalbox.event.EventDetail.MetricsLogged;
import io.signalbox.event.EventDetail.Restored;
import io.signalbox.event.EventDetail.StateChanged;
import io.signalbox.event.EventDetail.TestEnd;
import io.signalbox.event.EventDetail.TrainBegin;
import io.signalbox.event.EventDetail.TrainEnd;
import io.signalbox.event.EventDetail.WeightsLoaded;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One event of each kind, as the golden files hold them. */
final class EventSamples {

    private EventSamples() {}

    static List<Event> all() {
        return List.of(
                event(0, null, null, new StateChanged(null, JobState.QUEUED, null, "submitted")),
                event(2, 0, 0L, new TrainBegin(20, 938, 61706, null)),
                event(3, 0, 0L, new EpochBegin()),
                event(4, 0, 9L, new BatchEnd(9, logs("loss", 2.3025851249694824, "accuracy", 0.125))),
                event(5, 0, 938L, new TestEnd(logs("loss", Double.NaN, "accuracy", Double.NEGATIVE_INFINITY))),
                event(
                        6,
                        0,
                        938L,
                        new EpochEnd(
                                logs("loss", 0.25, "accuracy", 0.9, "val_loss", Double.POSITIVE_INFINITY),
                                1.25,
                                48000.0)),
                event(7, 1, 938L, new LearningRateChanged(0.001, 2.0e-4, "reduce_lr_on_plateau")),
                event(8, 1, 1876L, new CallbackActed("early_stopping", "info", "no better val_loss for 5 epochs")),
                event(
                        9,
                        1,
                        1876L,
                        new CheckpointSaved(
                                "epoch-002",
                                "full",
                                logs("val_loss", 0.5),
                                740472,
                                "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                                List.of("best", "latest"),
                                "model_checkpoint")),
                event(10, 1, 1876L, new CheckpointRemoved("epoch-001")),
                event(11, 1, 1876L, new Restored("best weights", 1, "early_stopping")),
                event(
                        12,
                        1,
                        1880L,
                        new CommandApplied("c-1", "set_learning_rate", "learning rate is 0.01", "0.1", "0.01")),
                event(13, 1, 1880L, new CommandRejected("c-2", "release_learning_rate", "none was pinned")),
                event(14, null, null, new Log("warning", "a \"quoted\" line,\nand another: ünï 🚦")),
                event(15, 1, 1876L, new TrainEnd(2, 2.5)),
                event(
                        16,
                        null,
                        1876L,
                        new StateChanged(
                                JobState.RUNNING,
                                JobState.COMPLETED,
                                Outcome.EARLY_STOPPED,
                                "early_stopping: no better val_loss for 5 epochs")),
                event(17, 1, 1880L, new Alert("anomaly_monitor", "loss_spike", "loss is 9.5, 12 deviations up")),
                event(18, 1, 1879L, new MetricsLogged("throughput_monitor", logs("examples_per_second", 48000.0))),
                event(
                        19,
                        1,
                        1876L,
                        new CallbacksExplained(List.of(
                                new Explanation("early_stopping", "EarlyStopping", "waits 3 of 5"),
                                new Explanation("csv_logger", "CSVLogger", "")))),
                event(
                        20,
                        0,
                        0L,
                        new LearningRateTested(
                                "learning_rate_finder",
                                List.of(1e-4, 1e-3, 1e-2),
                                List.of(2.5, 1.25, Double.NaN),
                                1e-3,
                                false)),
                event(
                        21,
                        0,
                        0L,
                        new WeightsLoaded(
                                "checkpoint 'best' of job 12",
                                List.of("0.weight", "0.bias"),
                                List.of("2.weight: is F32[10, 64], the network's is F32[4, 64]"))),
                event(
                        22,
                        1,
                        1876L,
                        new Artifact(
                                "histogram",
                                "histograms",
                                "artifacts/histograms/000000001876.json",
                                20481,
                                "1f2e3d4c",
                                100)));
    }

    static Event event(long seq, Integer epoch, Long step, EventDetail detail) {
        return new Event(seq, Instant.parse("2026-03-01T12:00:00Z").plusMillis(seq * 10), 12, 1, epoch, step, detail);
    }

    private static Map<String, Double> logs(Object... namesAndValues) {
        Map<String, Double> logs = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            logs.put((String) namesAndValues[i], (Double) namesAndValues[i + 1]);
        }
        return logs;
    }
}
