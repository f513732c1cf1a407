package io.signalbox.server.replay;

import io.signalbox.spec.InvalidSpecException;
import io.signalbox.spec.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** One value of an argument that varies, with what is asked for it. */
record Variant(JsonNode value, Plan plan) {

    /** All else is the same for all variants. */
    private static final Pattern VARIABLE = Pattern.compile("/callbacks/.+|/learning_rate|/epochs");

    private static final String HISTORY = "history";

    /** @throws InvalidSpecException for a pointer to nothing, and for values that are wrong there */
    static List<Variant> of(ObjectNode body, ReplayRequest.Vary vary) {
        if (!VARIABLE.matcher(vary.pointer()).matches()) {
            throw invalid("must lead into /callbacks, to /learning_rate or to /epochs");
        }
        ObjectNode base = withoutHistory(body);
        JsonPointer pointer = JsonPointer.valueOf(vary.pointer());
        List<Variant> variants = new ArrayList<>();
        List<Problem> problems = new ArrayList<>();
        for (int i = 0; i < vary.values().size(); i++) {
            JsonNode value = vary.values().get(i);
            ObjectNode asked = base.deepCopy();
            put(asked, pointer, value);
            try {
                variants.add(new Variant(value, Plan.of(asked)));
            } catch (InvalidSpecException e) {
                for (Problem problem : e.problems()) {
                    String detail = problem.pointer() + " " + problem.detail();
                    problems.add(new Problem("#/vary/values/" + i, problem.code(), detail));
                }
            }
        }
        if (!problems.isEmpty()) {
            throw new InvalidSpecException(problems);
        }
        return variants;
    }

    /** The history was checked already, and is the same for all. */
    private static ObjectNode withoutHistory(ObjectNode body) {
        ObjectNode base = body.objectNode().setAll(body);
        base.remove(List.of("vary", "batch_logs"));
        if (base.hasNonNull(HISTORY)) {
            base.putArray(HISTORY);
        }
        return base;
    }

    private static void put(ObjectNode body, JsonPointer pointer, JsonNode value) {
        JsonNode parent = body.at(pointer.head());
        JsonPointer last = pointer.last();
        if (parent instanceof ObjectNode object) {
            object.set(last.getMatchingProperty(), value);
        } else if (parent instanceof ArrayNode array && array.has(last.getMatchingIndex())) {
            array.set(last.getMatchingIndex(), value);
        } else {
            throw invalid("leads to nothing in this request");
        }
    }

    private static InvalidSpecException invalid(String detail) {
        return new InvalidSpecException(List.of(new Problem("#/vary/pointer", "pointer.not-found", detail)));
    }
}
