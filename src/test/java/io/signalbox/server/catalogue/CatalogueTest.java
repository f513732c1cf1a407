package io.signalbox.server.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.server.Caller;
import io.signalbox.server.Caller.Response;
import io.signalbox.server.ServerTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;

@ServerTest
class CatalogueTest {

    private static final String CATALOGUE = "/api/v1/catalogue/";

    @Autowired
    Caller caller;

    @ParameterizedTest
    @CsvSource({
        "callbacks,  EarlyStopping",
        "models,     sequential",
        "layers,     conv2d",
        "losses,     cross_entropy",
        "metrics,    accuracy",
        "optimizers, adam",
        "schedules,  cosine",
        "specs,      job",
    })
    void givesTheSchemaOfEachThingThatASpecCanName(String kind, String type) {
        Response response = caller.authorized("GET", CATALOGUE + kind).send();

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.json().path("next_cursor").isNull()).isTrue();
        assertThat(response.json().path("items"))
                .anyMatch(entry -> entry.path("name").asString().equals(type))
                .allSatisfy(entry -> assertThat(entry.path("schema").isObject()).isTrue());
    }

    @Test
    void describesParametersToPeople() {
        Response response = caller.authorized("GET", CATALOGUE + "callbacks").send();

        assertThat(response.json().path("items"))
                .filteredOn(entry -> entry.path("name").asString().equals("EarlyStopping"))
                .first()
                .satisfies(entry -> assertThat(entry.at("/schema/properties/patience/description")
                                .asString())
                        .isNotBlank());
    }

    @Test
    void describesAWholeSpecWithTheParametersOfItsCallbacksAndLayers() {
        JsonNode spec =
                caller.authorized("GET", CATALOGUE + "specs").send().json().at("/items/0/schema/properties");

        assertThat(variant(spec.at("/callbacks/items"), "EarlyStopping")
                        .path("properties")
                        .propertyNames())
                .contains("type", "name", "patience");
        assertThat(variant(variant(spec.path("model"), "sequential").at("/properties/layers/items"), "conv2d")
                        .path("required"))
                .extracting(JsonNode::asString)
                .contains("type", "filters");
        assertThat(spec.at("/epochs/minimum").intValue()).isEqualTo(1);
    }

    /** The variant of that type among those that a schema lets choose from. */
    private static JsonNode variant(JsonNode schema, String type) {
        for (JsonNode option : schema.path("oneOf")) {
            if (option.at("/properties/type/const").asString("").equals(type)) {
                return option;
            }
        }
        throw new AssertionError("no variant " + type + " in " + schema);
    }

    @Test
    void hasNoOtherKinds() {
        assertThat(caller.authorized("GET", CATALOGUE + "secrets").send().status())
                .isEqualTo(404);
    }
}
