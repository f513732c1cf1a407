package io.signalbox.server.job;

import io.signalbox.checkpoint.CheckpointException;
import io.signalbox.checkpoint.CheckpointFolder;
import io.signalbox.checkpoint.Manifest;
import io.signalbox.checkpoint.Manifest.Kind;
import io.signalbox.server.Home;
import io.signalbox.server.web.Problems;
import io.signalbox.spec.InvalidSpecException;
import io.signalbox.spec.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.springframework.stereotype.Service;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * New jobs out of checkpoints of others. A fork goes on exactly where its checkpoint was taken, with the changes in force; where
 * a change makes that impossible (other data, another network) it begins with the checkpoint's weights. It has the
 * checkpoint in its own folder, so that nothing that becomes of its parent touches it.
 */
@Service
class Forks {

    /** What of a spec can change for a run that goes on in the middle of things. */
    private static final Set<String> GOES_ON = Set.of(
            "name",
            "experiment",
            "tags",
            "seed",
            "epochs",
            "callbacks",
            "resources",
            "priority",
            "retries",
            "log_every",
            "optimizer",
            "loss",
            "initial_weights");

    private static final String CALLBACKS = "callbacks";
    private static final String OPTIMIZER = "optimizer";
    private static final String LEARNING_RATE = "learning_rate";
    private static final String INITIAL_WEIGHTS = "initial_weights";

    private final Jobs jobs;
    private final GoingOn goingOn;
    private final Home home;
    private final JsonMapper json;

    Forks(Jobs jobs, GoingOn goingOn, Home home, JsonMapper json) {
        this.jobs = jobs;
        this.goingOn = goingOn;
        this.home = home;
        this.json = json;
    }

    /** Where a new job comes from, and what of the checkpoint it leaves; {@code goesOn} false for weights alone. */
    record Origin(long jobId, Manifest checkpoint, boolean goesOn, List<String> anew) {}

    /**
     * Creates a job that goes on from a checkpoint.
     *
     * @param name the checkpoint's own name
     * @param changes JSON Merge Patch (RFC 7396) on the parent's spec as run
     */
    Job fork(Job parent, String name, ObjectNode changes) {
        CheckpointFolder folder = goingOn.checkpoints(parent.id(), name);
        Manifest checkpoint = verified(folder, name);
        ObjectNode before = (ObjectNode) json.readTree(parent.spec());
        before.remove(INITIAL_WEIGHTS);
        ObjectNode after = (ObjectNode) merged(before, changes);
        settleValidation(after, changes);
        boolean goesOn = checkpoint.facts().kind() == Kind.FULL && canGoOn(before, after);
        after.remove(INITIAL_WEIGHTS);
        if (!goesOn) {
            ObjectNode weights = after.putObject(INITIAL_WEIGHTS);
            weights.put("job", parent.id()).put("checkpoint", name);
            weights.put("strict", changes.path(INITIAL_WEIGHTS).path("strict").asBoolean(true));
        }
        pin(folder, name);
        try {
            Origin origin = new Origin(parent.id(), checkpoint, goesOn, anew(before, after));
            return jobs.fork(after, origin, child -> {
                if (goesOn) {
                    link(home.job(parent.id()).resolve("checkpoints").resolve(name), child, name);
                    goingOn.publish(child, name);
                }
            });
        } catch (InvalidSpecException e) {
            throw new InvalidSpecException(e.problems().stream()
                    .map(problem ->
                            new Problem("#/changes" + problem.pointer().substring(1), problem.code(), problem.detail()))
                    .toList());
        }
    }

    private static Manifest verified(CheckpointFolder folder, String name) {
        try {
            return folder.verify(name);
        } catch (CheckpointException e) {
            throw Problems.conflict("checkpoint '" + name + "' cannot be forked from: " + e.getMessage());
        }
    }

    /** JSON Merge Patch. */
    static JsonNode merged(JsonNode target, JsonNode patch) {
        if (!(patch instanceof ObjectNode changes)) {
            return patch;
        }
        ObjectNode merged =
                target instanceof ObjectNode object ? object.deepCopy() : JsonNodeFactory.instance.objectNode();
        changes.properties().forEach(change -> {
            if (change.getValue().isNull()) {
                merged.remove(change.getKey());
            } else {
                merged.set(change.getKey(), merged(merged.path(change.getKey()), change.getValue()));
            }
        });
        return merged;
    }

    /** A split and a dataset to validate on exclude each other, and the parent's spec has filled in the one it ran with. */
    private static void settleValidation(ObjectNode spec, ObjectNode changes) {
        JsonNode data = changes.path("data");
        if (spec.get("data") instanceof ObjectNode merged) {
            if (data.hasNonNull("validation_split") && !data.has("validation_dataset")) {
                merged.remove("validation_dataset");
            } else if (data.hasNonNull("validation_dataset") && !data.has("validation_split")) {
                merged.remove("validation_split");
            }
        }
    }

    private static boolean canGoOn(ObjectNode before, ObjectNode after) {
        List<String> names = new ArrayList<>(before.propertyNames());
        names.addAll(after.propertyNames());
        boolean allowed = names.stream()
                .allMatch(name -> GOES_ON.contains(name) || Objects.equals(before.get(name), after.get(name)));
        return allowed && accumulation(before).equals(accumulation(after));
    }

    /** What decides on how many batches make an update. */
    private static List<JsonNode> accumulation(ObjectNode spec) {
        return spec.path(CALLBACKS)
                .valueStream()
                .filter(callback -> callback.path("type").asString("").equals("GradientAccumulation"))
                .toList();
    }

    private static List<String> anew(ObjectNode before, ObjectNode after) {
        List<String> anew = new ArrayList<>(List.of("stop"));
        if (before.get(OPTIMIZER) instanceof ObjectNode old && after.get(OPTIMIZER) instanceof ObjectNode now) {
            if (!Objects.equals(old.get(LEARNING_RATE), now.get(LEARNING_RATE))) {
                anew.add(LEARNING_RATE);
            }
            if (!old.deepCopy().without(LEARNING_RATE).equals(now.deepCopy().without(LEARNING_RATE))) {
                anew.add(OPTIMIZER);
            }
        }
        Map<String, String> types = new HashMap<>();
        before.path(CALLBACKS)
                .forEach(callback -> types.put(
                        callback.path("name").asString(), callback.path("type").asString()));
        int i = 0;
        for (JsonNode callback : after.path(CALLBACKS)) {
            String type = types.get(callback.path("name").asString(""));
            if (type != null && !type.equals(callback.path("type").asString(""))) {
                throw Problems.invalid(
                        "#/changes/callbacks/" + i + "/name",
                        "unique",
                        "is the name of the parent's " + type + "; choose another");
            }
            i++;
        }
        return anew;
    }

    private static void pin(CheckpointFolder folder, String name) {
        try {
            folder.pin(name);
        } catch (IOException e) {
            throw new UncheckedIOException("could not pin checkpoint '" + name + "'", e);
        }
    }

    private void link(Path checkpoint, long child, String name) {
        Path folder = home.job(child).resolve("checkpoints");
        Path temporary = folder.resolve("." + name + ".fork");
        try {
            Files.createDirectories(temporary);
            try (var files = Files.newDirectoryStream(checkpoint)) {
                for (Path file : files) {
                    SharedFile.share(file, temporary.resolve(file.getFileName()));
                }
            }
            Files.move(temporary, folder.resolve(name));
        } catch (NoSuchFileException e) { // replaced, or removed, between the look at it and its pin
            throw Problems.conflict("checkpoint '" + name + "' was replaced just now; fork again");
        } catch (IOException e) {
            throw new UncheckedIOException("could not take checkpoint '" + name + "' over", e);
        }
    }
}
