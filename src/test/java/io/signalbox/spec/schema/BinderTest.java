package io.signalbox.spec.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.spec.Names;
import io.signalbox.spec.Problem;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class BinderTest {

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    @OrName
    sealed interface Engine {
        @Described("Burns coal")
        record Steam(
                @Param(value = "Pressure in bar", defaultValue = "16", min = 0, exclusiveMin = true, max = 100)
                double pressure)
                implements Engine {}

        record Electric(
                @Param(value = "Volts", min = 1) int volts,

                @Param(value = "Pantographs", defaultValue = "1")
                int pantographs)
                implements Engine {}
    }

    enum Gauge {
        STANDARD,
        NARROW
    }

    record Wagon(@Param(value = "Seats", min = 0, max = 200) int seats) {}

    record Train(
            @Param(value = "Name", pattern = Names.FILE, maxLength = 64)
            String name,

            @Param(value = "Number", min = 0) @Nullable Long number,

            @Param(value = "Engine", defaultValue = "\"steam\"")
            Engine engine,

            @Param(value = "Wagons", defaultValue = "[]", maxItems = 3)
            List<Wagon> wagons,

            @Param(value = "Stops", orOne = true, minItems = 1, maxLength = 10) @Nullable
            List<String> stops,

            @Param(value = "Loads", defaultValue = "[1.5, 2]", min = 0)
            List<Double> loads,

            @Param(
                    value = "Class",
                    defaultValue = "\"second\"",
                    oneOf = {"first", "second"})
            String comfort,

            @Param(value = "Gauge", defaultValue = "\"standard\"")
            Gauge gauge,

            @Param(value = "Express", defaultValue = "false")
            boolean express,

            @Param(value = "Speed in km/h", defaultValue = "80", min = 0, max = 300, exclusiveMax = true)
            double topSpeed)
            implements Constrained {

        @Override
        public void check(Rules rules) {
            if (express && topSpeed < 50) {
                rules.broken("top_speed", "too-slow", "an express needs 50 or more");
            }
        }
    }

    @Test
    void fillsInDefaultsAndTakesWhatIsGiven() {
        Train train = bound("{'name':'flying-scotsman','stops':'york','express':true,'loads':[3]}");
        assertThat(train.engine()).isEqualTo(new Engine.Steam(16));
        assertThat(train.stops()).containsExactly("york");
        assertThat(train.loads()).containsExactly(3.0);
        assertThat(train.number()).isNull();
        assertThat(train.comfort()).isEqualTo("second");
        assertThat(train.gauge()).isEqualTo(Gauge.STANDARD);
        assertThat(train.topSpeed()).isEqualTo(80);
    }

    @Test
    void takesAnIntegerWrittenWithAFractionOfZero() {
        assertThat(bound("{'name':'a','number':12.0}").number()).isEqualTo(12);
    }

    @Test
    void takesNullForAbsentWhereThatIsAllowed() {
        assertThat(bound("{'name':'a','number':null}").number()).isNull();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {}                                                     | #/name            | required              | is required
            {'name':null}                                          | #/name            | required              | is required
            {'name':5}                                             | #/name            | type.string           | must be a text, was 5
            {'name':''}                                            | #/name            | length                | must not be empty
            {'name':'..'}                                          | #/name            | name.format           | must look like a file name (lower-case letters, digits, and . _ - inside; at most 64; none that Windows keeps), was ".."
            {'name':'nul.txt'}                                     | #/name            | name.format           |
            {'name':'a.'}                                          | #/name            | name.format           |
            {'name':'a\\u202eb'}                                   | #/name            | name.characters       |
            {'name':'a\\u0000b'}                                   | #/name            | name.characters       |
            {'name':'a\\u200bb'}                                   | #/name            | name.characters       |
            {'name':'a','number':'10'}                             | #/number          | type.integer          | must be an integer, was the text "10"
            {'name':'a','number':1.5}                              | #/number          | type.integer          | must be an integer, was 1.5
            {'name':'a','number':-1}                               | #/number          | range.min             | must be 0 or more, was -1
            {'name':'a','number':9223372036854775808}              | #/number          | range.max             | must be at most 9223372036854775807, was 9223372036854775808
            {'name':'a','number':1e400}                            | #/number          | number.range          |
            {'name':'a','express':'true'}                          | #/express         | type.boolean          | must be true or false, was the text "true"
            {'name':'a','express':1}                               | #/express         | type.boolean          | must be true or false, was 1
            {'name':'a','express':null}                            | #/express         | type.boolean          | must be true or false, was null
            {'name':'a','top_speed':300}                           | #/top_speed       | range.max             | must be less than 300, was 300
            {'name':'a','top_speed':'NaN'}                         | #/top_speed       | type.number           | must be a number, was the text "NaN"
            {'name':'a','comfort':'third'}                         | #/comfort         | enum                  | must be one of first, second; was "third"
            {'name':'a','gauge':'STANDARD'}                        | #/gauge           | enum                  |
            {'name':'a','stops':[]}                                | #/stops           | count                 | must have at least 1 element, had 0
            {'name':'a','stops':['york', 7]}                       | #/stops/1         | type.string           |
            {'name':'a','stops':'llanfairpwllgwyngyll'}            | #/stops           | length                | must have at most 10 characters, had 20
            {'name':'a','stops':{}}                                | #/stops           | type.array            | must be a list, was an object
            {'name':'a','loads':[-1]}                              | #/loads/0         | range.min             |
            {'name':'a','wagons':[{'seats':1},{'seats':201}]}      | #/wagons/1/seats  | range.max             | must be at most 200, was 201
            {'name':'a','wagons':[[]]}                             | #/wagons/0        | type.object           | must be an object, was a list
            {'name':'a','wagons':[{'seats':1},{'seats':1},{'seats':1},{'seats':1}]} | #/wagons | count         | must have 0 to 3 elements, had 4
            {'name':'a','engine':{'type':'steam','pressure':0}}    | #/engine/pressure | range.min             | must be more than 0, was 0
            {'name':'a','engine':{'pressure':5}}                   | #/engine/type     | required              | is required: one of steam, electric
            {'name':'a','engine':{'type':'electrical'}}            | #/engine/type     | enum                  | must be one of steam, electric; was "electrical", did you mean electric?
            {'name':'a','engine':{'type':1}}                       | #/engine/type     | type.string           |
            {'name':'a','engine':'diesel'}                         | #/engine          | enum                  |
            {'name':'a','engine':'electric'}                       | #/engine/volts    | required              |
            {'name':'a','engine':{'type':'steam','volts':5}}       | #/engine/volts    | option.not-applicable | volts is an option of electric, not of this type
            {'name':'a','topSpeed':1}                              | #/topSpeed        | unknown-field         | there is no topSpeed here, did you mean top_speed?
            {'name':'a','expres':true}                             | #/expres          | unknown-field         | there is no expres here, did you mean express?
            {'name':'a','x/y~z ü':true}                            | #/x~1y~0z%20%C3%BC | unknown-field        | there is no x/y~z ü here
            {'name':'a','express':true,'top_speed':40}             | #/top_speed       | too-slow              | an express needs 50 or more
            """)
    void namesThePlaceAndTheRule(String json, String pointer, String code, @Nullable String detail) {
        List<Problem> problems = problems(json);
        assertThat(problems).hasSize(1);
        assertThat(problems.get(0).pointer()).isEqualTo(pointer);
        assertThat(problems.get(0).code()).isEqualTo(code);
        if (detail != null) {
            assertThat(problems.get(0).detail()).isEqualTo(detail);
        }
    }

    @Test
    void tellsAllFaultsAtOnce() {
        assertThat(problems("{'number':-1,'express':7,'wagons':[{'seats':-1}, 3],'foo':1}"))
                .extracting(Problem::pointer)
                .containsExactly("#/name", "#/number", "#/wagons/0/seats", "#/wagons/1", "#/express", "#/foo");
    }

    @Test
    void tellsAtMostFiftyFaultsAndEchoesAtMostSixtyFourCharacters() {
        StringBuilder json = new StringBuilder("{'name':'" + "x".repeat(60) + "…'");
        for (int i = 0; i < 100; i++) {
            json.append(",'").append("y".repeat(100)).append(i).append("':1");
        }
        List<Problem> problems = problems(json.append('}').toString());
        assertThat(problems).hasSize(Problem.MAX_REPORTED);
        assertThat(problems).allSatisfy(problem -> {
            assertThat(problem.pointer().length()).isLessThan(70);
            assertThat(problem.detail()).doesNotContain("y".repeat(65));
        });
    }

    @Test
    void writesWhatItReads() {
        Train train = bound("{'name':'a','stops':['x','y'],'engine':{'type':'electric','volts':25000},"
                + "'wagons':[{'seats':5}],'gauge':'narrow','number':4}");
        ObjectNode json = Binder.toJson(train);
        assertThat(json.toString())
                .isEqualTo("{\"name\":\"a\",\"number\":4,"
                        + "\"engine\":{\"type\":\"electric\",\"volts\":25000,\"pantographs\":1},"
                        + "\"wagons\":[{\"seats\":5}],\"stops\":[\"x\",\"y\"],\"loads\":[1.5,2.0],"
                        + "\"comfort\":\"second\",\"gauge\":\"narrow\",\"express\":false,\"top_speed\":80.0}");
        assertThat(bound(json.toString())).isEqualTo(train);
    }

    @Test
    void writesTheBareNameWhereItSaysEverything() {
        assertThat(Binder.toJson(bound("{'name':'a'}")).get("engine").stringValue())
                .isEqualTo("steam");
    }

    @Test
    void describesARecordAsJsonSchema() {
        ObjectNode schema = Binder.schema(Train.class);
        assertThat(schema.get("required").toString()).isEqualTo("[\"name\"]");
        assertThat(schema.get("additionalProperties").booleanValue()).isFalse();
        assertThat(schema.at("/properties/top_speed").toString())
                .isEqualTo("{\"minimum\":0,\"exclusiveMaximum\":300,\"type\":\"number\","
                        + "\"description\":\"Speed in km/h\",\"default\":80}");
        assertThat(schema.at("/properties/comfort/enum").toString()).isEqualTo("[\"first\",\"second\"]");
        assertThat(schema.at("/properties/engine/oneOf/1/description").stringValue())
                .isEqualTo("Burns coal");
        assertThat(schema.at("/properties/engine/oneOf/2/required").toString()).isEqualTo("[\"type\",\"volts\"]");
        assertThat(schema.at("/properties/wagons/maxItems").intValue()).isEqualTo(3);
    }

    private static Train bound(String json) {
        List<Problem> problems = new ArrayList<>();
        Train train = Binder.bind(node(json), Train.class, "#", problems);
        assertThat(problems).isEmpty();
        return train;
    }

    private static List<Problem> problems(String json) {
        List<Problem> problems = new ArrayList<>();
        assertThat(Binder.bind(node(json), Train.class, "#", problems)).isNull();
        return problems;
    }

    private static ObjectNode node(String json) {
        return (ObjectNode) MAPPER.readTree(json.replace('\'', '"'));
    }
}
