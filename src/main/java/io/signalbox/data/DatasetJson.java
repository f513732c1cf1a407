package io.signalbox.data;

import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** {@link DatasetInfo} as JSON. */
final class DatasetJson {

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(EnumFeature.WRITE_ENUMS_TO_LOWERCASE)
            .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
            .build();

    private DatasetJson() {}

    static ObjectNode write(DatasetInfo info) {
        return MAPPER.valueToTree(info);
    }

    static DatasetInfo read(ObjectNode json) {
        return MAPPER.treeToValue(json, DatasetInfo.class);
    }

    static byte[] toBytes(DatasetInfo info) {
        return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(info);
    }

    static DatasetInfo fromBytes(byte[] json) {
        return MAPPER.readValue(json, DatasetInfo.class);
    }

    static ObjectNode object() {
        return MAPPER.createObjectNode();
    }
}
