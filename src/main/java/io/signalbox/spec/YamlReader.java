package io.signalbox.spec;

import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads one document of YAML 1.2 within the limits of {@link TreeBuilder}. It works on the parser's events, so that nothing
 * is built that is not JSON: no tags, no keys but texts. Aliases are copied as long as what they add stays small.
 */
final class YamlReader {

    private static final String FORMAT = "yaml";

    /** What all aliases together may add, in values and characters. */
    private static final int MAX_EXPANSION = 1 << 16;

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final Pattern NULL = Pattern.compile("|~|null|Null|NULL");
    private static final Pattern TRUE = Pattern.compile("true|True|TRUE");
    private static final Pattern FALSE = Pattern.compile("false|False|FALSE");
    private static final Pattern INTEGER = Pattern.compile("[-+]?[0-9]+");
    private static final Pattern FRACTION = Pattern.compile("[-+]?([.][0-9]+|[0-9]+([.][0-9]*)?)([eE][-+]?[0-9]+)?");

    private final Iterator<Event> events;
    private final Map<Anchor, JsonNode> anchors = new HashMap<>();
    private final TreeBuilder tree = new TreeBuilder(FORMAT, this::where);
    private @Nullable Event current;
    private final Deque<JsonNode> open = new ArrayDeque<>();
    private int expanded;

    private YamlReader(String text) {
        events = new Parse(LoadSettings.builder().build()).parseString(text).iterator();
    }

    static ObjectNode read(byte[] yaml) {
        return new YamlReader(SourceText.decode(yaml, FORMAT, SourceText.MAX_BYTES)).read();
    }

    private ObjectNode read() {
        try {
            boolean whole = false;
            while (events.hasNext()) {
                Event event = events.next();
                current = event;
                if (event.getEventId() == Event.ID.DocumentStart && whole) {
                    throw tree.refused("trailing", "the first document has ended, no other may follow");
                }
                take(event);
                whole |= event.getEventId() == Event.ID.DocumentEnd;
            }
            if (!whole) {
                throw SourceText.unreadable("yaml.empty", "is empty; send an object");
            }
            return tree.object();
        } catch (MarkedYamlEngineException e) {
            String place = e.getProblemMark().map(YamlReader::where).orElse("somewhere");
            throw SourceText.unreadable("yaml.syntax", place + ": " + Problem.echo(e.getProblem()));
        } catch (YamlEngineException e) {
            throw SourceText.unreadable("yaml.syntax", where() + ": " + Problem.echo(String.valueOf(e.getMessage())));
        }
    }

    private void take(Event event) {
        if (event instanceof ScalarEvent scalar) {
            scalar(scalar);
        } else if (event instanceof AliasEvent alias) {
            alias(alias);
        } else if (event instanceof CollectionStartEvent collection) {
            collection(collection);
        } else if (event.getEventId() == Event.ID.MappingEnd || event.getEventId() == Event.ID.SequenceEnd) {
            open.pop();
            tree.end();
        }
    }

    private void collection(CollectionStartEvent collection) {
        checkTag(collection.getTag());
        checkIsValue();
        JsonNode node = collection.getEventId() == Event.ID.MappingStart ? tree.beginObject() : tree.beginArray();
        open.push(node);
        remember(collection, node);
    }

    private void scalar(ScalarEvent scalar) {
        checkTag(scalar.getTag());
        String text = scalar.getValue();
        if (tree.expectsName()) {
            tree.name(text);
            return;
        }
        JsonNode value = scalar.isPlain() ? plain(text) : null;
        if (value == null) {
            tree.text(text);
            remember(scalar, NODES.stringNode(text));
        } else {
            tree.value(value);
            remember(scalar, value);
        }
    }

    /** What a text without quotes stands for; null for itself. */
    private @Nullable JsonNode plain(String text) {
        if (INTEGER.matcher(text).matches()) {
            tree.checkNumber(text.length());
            return TreeBuilder.integer(new BigInteger(text));
        }
        if (FRACTION.matcher(text).matches()) {
            tree.checkNumber(text.length());
            return NODES.numberNode(Double.parseDouble(text));
        }
        if (NULL.matcher(text).matches()) {
            return NODES.nullNode();
        }
        boolean yes = TRUE.matcher(text).matches();
        return yes || FALSE.matcher(text).matches() ? NODES.booleanNode(yes) : null;
    }

    private void alias(AliasEvent alias) {
        checkIsValue();
        JsonNode target = anchors.get(alias.getAlias());
        if (target == null || open.stream().anyMatch(node -> node == target)) {
            throw tree.refused("syntax", "there is no anchor of that name that has ended above");
        }
        expand(target, 0);
        tree.value(target.deepCopy());
    }

    /** Counts what an alias adds, in depth and in size. */
    private void expand(JsonNode node, int below) {
        if (node.isContainer()) {
            tree.checkDepth(below + 1);
        }
        expanded += 1 + (node.isString() ? node.stringValue().length() : 0);
        if (expanded > MAX_EXPANSION) {
            throw tree.refused("too-many-aliases", "aliases add too much; write it out");
        }
        for (String name : node.propertyNames()) {
            expanded += name.length();
        }
        for (JsonNode child : node) {
            expand(child, below + 1);
        }
    }

    private void remember(NodeEvent event, JsonNode node) {
        event.getAnchor().ifPresent(anchor -> anchors.put(anchor, node));
    }

    private void checkTag(Optional<String> tag) {
        if (tag.isPresent()) {
            throw tree.refused("tag", "tags are not taken; leave " + Problem.echo(tag.get()) + " out");
        }
    }

    private void checkIsValue() {
        if (tree.expectsName()) {
            throw tree.refused("syntax", "names must be texts");
        }
    }

    private String where() {
        return Optional.ofNullable(current)
                .flatMap(Event::getStartMark)
                .map(YamlReader::where)
                .orElse("line 1, column 1");
    }

    private static String where(Mark mark) {
        return "line " + (mark.getLine() + 1) + ", column " + (mark.getColumn() + 1);
    }
}
