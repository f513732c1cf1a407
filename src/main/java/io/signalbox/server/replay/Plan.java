package io.signalbox.server.replay;

import io.signalbox.callback.Callbacks;
import io.signalbox.spec.CallbackSpec;
import io.signalbox.spec.SpecParser;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A checked request.
 *
 * @param folders what stood before the last slash of a {@code filepath}, by the callback's name. A job's checkpoints have
 *     names and no folders; a replay, which writes nothing, takes Keras' paths and answers with them
 */
record Plan(ReplayRequest request, Map<String, String> folders) {

    private static final SpecParser PARSER = new SpecParser(new Callbacks());
    private static final Pattern IN_FOLDERS = Pattern.compile("((?:(?!\\.{1,2}/)[A-Za-z0-9._-]{1,100}/){1,10})([^/]+)");
    private static final String CALLBACKS = "callbacks";
    private static final String FILEPATH = "filepath";

    /** @throws io.signalbox.spec.InvalidSpecException with every fault found */
    static Plan of(ObjectNode body) {
        ObjectNode bare = body.objectNode().setAll(body);
        List<String> taken = new ArrayList<>();
        if (body.get(CALLBACKS) instanceof ArrayNode callbacks) {
            ArrayNode copy = callbacks.deepCopy();
            copy.forEach(callback -> taken.add(takeFolders(callback)));
            bare.set(CALLBACKS, copy);
        }
        ReplayRequest request = PARSER.parse(bare, ReplayRequest.class);
        Map<String, String> folders = new HashMap<>();
        for (int i = 0; i < request.callbacks().size(); i++) {
            CallbackSpec callback = request.callbacks().get(i);
            folders.put(callback.name(), taken.get(i));
        }
        return new Plan(request, folders);
    }

    private static String takeFolders(JsonNode callback) {
        Matcher path = IN_FOLDERS.matcher(callback.path(FILEPATH).asString(""));
        if (callback instanceof ObjectNode object && path.matches()) {
            object.put(FILEPATH, path.group(2));
            return path.group(1);
        }
        return "";
    }
}
