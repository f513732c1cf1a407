package io.signalbox.callback;

import io.signalbox.spec.CallbackSpec;
import io.signalbox.spec.Command;
import io.signalbox.spec.InvalidSpecException;
import io.signalbox.spec.JobSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The callbacks of a spec, which commands may change while training goes on: from the next hook on the run has them as they
 * are here. Confined to the training thread.
 */
final class Roster {

    private final Callbacks types;
    private final List<Callback> all;
    private final List<Callback> own;
    private final List<CallbackSpec> specs;

    /**
     * A roster of a spec's callbacks.
     *
     * @param all the run's callbacks, in order, kept up to date here
     * @param own those of the spec, which {@code specs} describe
     */
    Roster(Callbacks types, List<Callback> all, List<Callback> own, List<CallbackSpec> specs) {
        this.types = types;
        this.all = all;
        this.own = new ArrayList<>(own);
        this.specs = new ArrayList<>(specs);
    }

    List<Callback> own() {
        return own;
    }

    List<CallbackSpec> specs() {
        return specs;
    }

    /** Whether some callback keeps best weights that it puts back itself. */
    boolean restoresBest() {
        return own.stream().anyMatch(callback -> callback instanceof EarlyStopping stopping && stopping.keepsBest());
    }

    void paused(long nanos, Run run) {
        all.forEach(callback -> callback.onPaused(nanos, run));
    }

    Deed add(Command.AddCallback command, Run run) {
        CallbackSpec spec = read(command.callback());
        if (own.size() >= JobSpec.MAX_CALLBACKS) {
            throw new Rejection("there are " + own.size() + " callbacks already, which is the most");
        }
        if (all.stream().anyMatch(callback -> callback.name().equals(spec.name()))) {
            throw new Rejection("there is a callback '" + spec.name() + "' already; choose another name");
        }
        refuseFixed(spec.type());
        Callback added = begun(spec, null, run);
        int at = own.isEmpty() ? 1 : all.indexOf(own.get(own.size() - 1)) + 1;
        all.add(at, added);
        own.add(added);
        specs.add(spec);
        return new Deed("added " + spec.type() + " '" + spec.name() + "'", null, told(spec.type(), spec.params()));
    }

    Deed update(Command.UpdateCallback command, Run run) {
        int at = indexOf(command.name());
        CallbackSpec before = specs.get(at);
        refuseFixed(before.type());
        ObjectNode params = before.params().deepCopy();
        params.setAll(command.params());
        CallbackSpec after = new CallbackSpec(before.type(), before.name(), params);
        Callback old = own.get(at);
        Callback updated = begun(after, old.state(), run);
        all.set(all.indexOf(old), updated);
        own.set(at, updated);
        specs.set(at, after);
        ObjectNode was = JsonNodeFactory.instance.objectNode();
        ObjectNode is = JsonNodeFactory.instance.objectNode();
        command.params().propertyNames().forEach(name -> {
            was.set(name, before.params().path(name));
            is.set(name, params.path(name));
        });
        return new Deed(
                "changed " + String.join(", ", command.params().propertyNames()) + " of '" + before.name() + "'",
                told(before.type(), was),
                told(before.type(), is));
    }

    Deed remove(Command.RemoveCallback command) {
        int at = indexOf(command.name());
        CallbackSpec removed = specs.get(at);
        refuseFixed(removed.type());
        if (Callbacks.leavesItsMark(removed.type())) {
            throw new Rejection(
                    removed.type() + " cannot be taken back while training goes on; fork the job without it");
        }
        all.remove(own.get(at));
        own.remove(at);
        specs.remove(at);
        return new Deed(
                "removed " + removed.type() + " '" + removed.name() + "'",
                told(removed.type(), removed.params()),
                null);
    }

    private static void refuseFixed(String type) {
        if (Callbacks.isFixed(type)) {
            throw new Rejection(type + " cannot be changed while training goes on; fork the job with the change");
        }
    }

    private int indexOf(String name) {
        for (int i = 0; i < specs.size(); i++) {
            if (specs.get(i).name().equals(name)) {
                return i;
            }
        }
        throw new Rejection("there is no callback '" + name + "' in the spec; there are "
                + specs.stream().map(CallbackSpec::name).collect(Collectors.joining(", ")));
    }

    /** A callback that is ready to be called, or none and a rejection. */
    private Callback begun(CallbackSpec spec, @Nullable ObjectNode state, Run run) {
        try {
            Callback callback = types.create(List.of(spec)).get(0);
            callback.onTrainBegin(run);
            if (state != null) {
                callback.restore(state);
            }
            return callback;
        } catch (InvalidSpecException e) {
            throw new Rejection(e.problems().stream()
                    .map(problem -> problem.pointer() + " " + problem.detail())
                    .collect(Collectors.joining("; ")));
        } catch (RuntimeException e) {
            throw new Rejection("the callback could not begin: " + e.getMessage());
        }
    }

    private static CallbackSpec read(ObjectNode callback) {
        ObjectNode params = callback.deepCopy();
        JsonNode type = params.remove("type");
        JsonNode name = params.remove("name");
        if (type == null || name == null) {
            throw new Rejection("a callback has a type and a name");
        }
        return new CallbackSpec(type.asString(), name.asString(), params);
    }

    /** Parameters for everybody to see: those that are secrets are not. */
    private String told(String type, ObjectNode params) {
        ObjectNode told = params.deepCopy();
        ObjectNode schema = types.schema(type);
        if (schema != null) {
            for (Map.Entry<String, JsonNode> parameter :
                    schema.path("properties").properties()) {
                if (told.has(parameter.getKey())
                        && parameter.getValue().path("writeOnly").asBoolean(false)) {
                    told.put(parameter.getKey(), Notify.MASK);
                }
            }
        }
        return told.toString();
    }
}
