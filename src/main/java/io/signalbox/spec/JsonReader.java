package io.signalbox.spec;

import tools.jackson.core.ErrorReportConfiguration;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Reads JSON within the limits of {@link TreeBuilder}. */
final class JsonReader {

    private static final String FORMAT = "json";
    private static final String TRAILING = "the object has ended, nothing may follow";
    private static final int MAX_ECHO = 64;

    /** Jackson's own limits are out of the way: those of {@link TreeBuilder} are narrower and have codes. */
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(TreeBuilder.MAX_DEPTH + 1)
                    .maxNumberLength(SourceText.MAX_BYTES)
                    .maxNameLength(SourceText.MAX_BYTES)
                    .maxStringLength(SourceText.MAX_BYTES)
                    .build())
            .errorReportConfiguration(ErrorReportConfiguration.builder()
                    .maxErrorTokenLength(MAX_ECHO)
                    .build())
            .build();

    private final JsonParser parser;
    private final TreeBuilder tree;

    private JsonReader(JsonParser parser) {
        this.parser = parser;
        this.tree = new TreeBuilder(FORMAT, () -> where(parser.currentLocation()));
    }

    static ObjectNode read(byte[] json, int mostBytes) {
        String text = SourceText.decode(json, FORMAT, mostBytes);
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), text)) {
            return new JsonReader(parser).read();
        }
    }

    private ObjectNode read() {
        try {
            while (!tree.done()) {
                JsonToken token = parser.nextToken();
                if (token == null) {
                    throw tree.refused("syntax", "ends before the object does");
                }
                take(token);
            }
        } catch (JacksonException e) {
            String detail = where(e.getLocation()) + ": " + e.getOriginalMessage();
            throw SourceText.unreadable("json.syntax", detail);
        }
        checkEnd();
        return tree.object();
    }

    private void checkEnd() {
        try {
            if (parser.nextToken() == null) {
                return;
            }
        } catch (JacksonException e) {
            throw SourceText.unreadable("json.trailing", where(e.getLocation()) + ": " + TRAILING);
        }
        throw SourceText.unreadable("json.trailing", where(parser.currentTokenLocation()) + ": " + TRAILING);
    }

    private void take(JsonToken token) {
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        switch (token) {
            case START_OBJECT -> tree.beginObject();
            case START_ARRAY -> tree.beginArray();
            case END_OBJECT, END_ARRAY -> tree.end();
            case PROPERTY_NAME -> tree.name(parser.currentName());
            case VALUE_STRING -> tree.text(parser.getString());
            case VALUE_NUMBER_INT -> {
                tree.checkNumber(parser.getStringLength());
                tree.value(TreeBuilder.integer(parser.getBigIntegerValue()));
            }
            case VALUE_NUMBER_FLOAT -> {
                tree.checkNumber(parser.getStringLength());
                tree.value(nodes.numberNode(parser.getDoubleValue()));
            }
            case VALUE_TRUE, VALUE_FALSE -> tree.value(nodes.booleanNode(token == JsonToken.VALUE_TRUE));
            case VALUE_NULL -> tree.value(nodes.nullNode());
            case NOT_AVAILABLE, VALUE_EMBEDDED_OBJECT -> throw tree.refused("syntax", "unexpected " + token);
        }
    }

    private static String where(TokenStreamLocation location) {
        return "line " + location.getLineNr() + ", column " + location.getColumnNr();
    }
}
