package io.signalbox.spec;

import io.signalbox.spec.schema.Binder;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads job specs and commands, JSON or YAML, and checks every rule that needs no data. {@link SpecCheck} checks the rest.
 * Thread-safe.
 */
public final class SpecParser {

    private static final String ID = "id";
    private static final Pattern COMMAND_ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    private final CallbackReader callbacks;

    public SpecParser(CallbackTypes callbacks) {
        this.callbacks = new CallbackReader(callbacks);
    }

    /** The JSON Schema (2020-12) of a job spec, with every type of callback in it. */
    public ObjectNode schema() {
        ObjectNode schema = Binder.schema(JobSpec.class);
        ((ObjectNode) schema.at("/properties/callbacks")).set("items", callbacks.schema());
        return schema;
    }

    /**
     * Reads JSON within limits: 1 MiB, nested 32 deep, texts of 64 Ki characters, numbers of 64, names of 128, no duplicate
     * name, nothing after the end, UTF-8.
     *
     * @throws UnreadableException for what is not that
     * @throws InvalidSpecException ({@code type.object}) for JSON that is no object
     */
    public static ObjectNode readJson(byte[] json) {
        return readJson(json, SourceText.MAX_BYTES);
    }

    /** Reads JSON within the same limits, but that it may have so many bytes. */
    public static ObjectNode readJson(byte[] json, int mostBytes) {
        return JsonReader.read(json, mostBytes);
    }

    /** Reads one document of YAML 1.2 within the same limits; no tags, no anchors that expand much. */
    public static ObjectNode readYaml(byte[] yaml) {
        return YamlReader.read(yaml);
    }

    /**
     * Checks and binds a job spec.
     *
     * @throws InvalidSpecException with every fault found
     */
    public JobSpec parse(ObjectNode spec) {
        return parse(spec, JobSpec.class);
    }

    /**
     * Checks and binds another request that has {@code callbacks} as a job spec has them.
     *
     * @throws InvalidSpecException with every fault found
     */
    public <R extends Record> R parse(ObjectNode request, Class<R> type) {
        List<Problem> problems = new ArrayList<>();
        R bound = Binder.bind(callbacks.normalize(request, problems), type, "#", problems);
        if (bound == null || !problems.isEmpty()) {
            throw new InvalidSpecException(problems);
        }
        return bound;
    }

    /** The spec as JSON with every default in it: what {@link #parse} takes again. */
    public ObjectNode toJson(JobSpec spec) {
        return CallbackReader.flatten(Binder.toJson(spec));
    }

    /**
     * Checks and binds a command: {@code {"type": …, "id"?: …, arguments}}; a missing id is drawn.
     *
     * @throws InvalidSpecException with every fault found
     */
    public static CommandRequest parseCommand(ObjectNode command) {
        List<Problem> problems = new ArrayList<>();
        ObjectNode arguments = command.deepCopy();
        JsonNode given = arguments.remove(ID);
        String id = given == null || given.isNull() ? UUID.randomUUID().toString() : id(given, problems);
        Command bound = Binder.bindVariant(arguments, Command.class, "#", problems);
        if (bound == null || !problems.isEmpty()) {
            throw new InvalidSpecException(problems);
        }
        return new CommandRequest(id, bound);
    }

    private static String id(JsonNode given, List<Problem> problems) {
        if (!given.isString()) {
            problems.add(new Problem("#/id", "type.string", "must be a text"));
            return "";
        }
        if (!COMMAND_ID.matcher(given.stringValue()).matches()) {
            String detail = "must be 1 to 64 letters, digits, dots, dashes or underscores, was \""
                    + Problem.echo(given.stringValue()) + "\"";
            problems.add(new Problem("#/id", "name.format", detail));
        }
        return given.stringValue();
    }

    /** The {@code type} of a command. */
    public static String name(Command command) {
        return Binder.variantName((Record) command);
    }

    /** A command's id, type and arguments as JSON: what {@link #parseCommand} takes again. */
    public static ObjectNode toJson(CommandRequest request) {
        ObjectNode json = Binder.variantToJson((Record) request.command());
        return json.put(ID, request.id());
    }
}
