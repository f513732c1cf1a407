package io.signalbox.callback;

import io.signalbox.event.EventDetail.MetricsLogged;
import io.signalbox.event.EventDetail.Restored;
import io.signalbox.spec.Command;
import io.signalbox.spec.CommandRequest;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** Commands about the weights as they are and as they were. */
final class CheckpointCommands {

    private CheckpointCommands() {}

    /** Asks for the checkpoint; it is there when it is told of. */
    static AwaitedCheckpoint save(Command.SaveCheckpoint command, CommandRequest request, Logs logs, Run run) {
        String name = command.name() == null ? "step-" + run.step() : command.name();
        if (run.savedCheckpoints().stream().anyMatch(saved -> saved.name().equals(name))) {
            throw new Rejection("there is a checkpoint '" + name + "' already; choose another name");
        }
        run.saveCheckpoint(new CheckpointRequest(name, false, false, logs.toMap(), LearningRate.COMMAND));
        return new AwaitedCheckpoint(
                request,
                name,
                saved -> new Deed("kept as checkpoint '" + name + "', " + saved.bytes() + " bytes", null, name),
                () -> {});
    }

    static Deed restore(Command.RestoreCheckpoint command, Run run) {
        int epoch;
        try {
            epoch = run.goBackTo(command.name(), command.weightsOnly());
        } catch (IllegalArgumentException e) {
            throw new Rejection(String.valueOf(e.getMessage()));
        }
        run.emit(new Restored("checkpoint " + command.name(), epoch, LearningRate.COMMAND));
        return Deed.of("the weights" + (command.weightsOnly() ? "" : " and the optimizer")
                + " are those of checkpoint '" + command.name() + "' again, of epoch " + epoch);
    }

    static Deed evaluate(Run run) {
        Logs logs = run.evaluate();
        if (logs == null) {
            throw new Rejection(
                    "there is no validation data: the job has neither validation_split nor validation_dataset");
        }
        Map<String, Double> metrics = new LinkedHashMap<>();
        logs.toMap().forEach((name, value) -> metrics.put("val_" + name, value));
        run.emit(new MetricsLogged(RemoteControl.NAME, metrics));
        return Deed.of(metrics.entrySet().stream()
                .map(metric -> metric.getKey() + " " + Numbers.brief(metric.getValue()))
                .collect(Collectors.joining(", ")));
    }
}
