package io.signalbox.chaos;

import io.signalbox.harness.Api;
import io.signalbox.harness.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** What the served OpenAPI document offers. */
record OpenApi(List<Operation> operations) {

    /** One call: a method on a path, with braces where values go. */
    record Operation(
            String method, String path, List<JsonNode> parameters, List<String> bodyTypes, JsonNode bodySchema) {

        /** The parameters that go to a place: {@code path}, {@code query} or {@code header}. */
        Stream<JsonNode> parametersIn(String place) {
            return parameters.stream()
                    .filter(parameter -> parameter.path("in").stringValue().equals(place));
        }

        @Override
        public String toString() {
            return method + " " + path;
        }
    }

    static OpenApi of(Api api) {
        JsonNode document = api.get("//v3/api-docs").expect(200).json();
        List<Operation> operations = new ArrayList<>();
        document.path("paths")
                .properties()
                .forEach(path -> path.getValue()
                        .properties()
                        .forEach(method ->
                                operations.add(operation(method.getKey(), path.getKey(), method.getValue()))));
        return new OpenApi(operations);
    }

    private static Operation operation(String method, String path, JsonNode operation) {
        JsonNode content = operation.path("requestBody").path("content");
        List<String> types =
                content.properties().stream().map(java.util.Map.Entry::getKey).toList();
        return new Operation(
                method.toUpperCase(java.util.Locale.ROOT),
                path,
                Json.elements(operation.path("parameters")).toList(),
                types,
                types.isEmpty() ? content : content.path(types.get(0)).path("schema"));
    }
}
