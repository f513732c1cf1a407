package io.signalbox.spec;

import tools.jackson.databind.node.ObjectNode;

/**
 * Reads job specs and commands, JSON or YAML, and checks every rule that needs no data. {@link SpecCheck} checks the rest.
 * Thread-safe.
 */
public final class SpecParser {

    private final CallbackTypes callbacks;

    public SpecParser(CallbackTypes callbacks) {
        this.callbacks = callbacks;
    }

    /**
     * Reads JSON within limits: depth, length of strings and numbers, no duplicate key, no trailing token.
     *
     * @throws UnreadableException for what is not that
     * @throws InvalidSpecException ({@code type.object}) for JSON that is no object
     */
    public static ObjectNode readJson(byte[] json) {
        throw new UnsupportedOperationException();
    }

    /** Reads YAML within the same limits; no tags, no anchors that expand beyond them. */
    public static ObjectNode readYaml(byte[] yaml) {
        throw new UnsupportedOperationException();
    }

    /**
     * Checks and binds a job spec.
     *
     * @throws InvalidSpecException with every fault found
     */
    public JobSpec parse(ObjectNode spec) {
        throw new UnsupportedOperationException(callbacks.toString());
    }

    /** The spec as JSON with every default in it: what {@link #parse} takes again. */
    public ObjectNode toJson(JobSpec spec) {
        throw new UnsupportedOperationException();
    }

    /**
     * Checks and binds a command: {@code {"type": …, "id"?: …, arguments}}; a missing id is drawn.
     *
     * @throws InvalidSpecException with every fault found
     */
    public static CommandRequest parseCommand(ObjectNode command) {
        throw new UnsupportedOperationException();
    }

    /** A command's arguments and type as JSON. */
    public static ObjectNode toJson(CommandRequest request) {
        throw new UnsupportedOperationException();
    }
}
