package io.signalbox.spec;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

class ReadTest {

    @Test
    void readsYamlAsTheJsonThatItStandsFor() {
        ObjectNode yaml = yaml("""
                name: "007"          # quoted: a text
                epochs: 20
                min_lr: 1.0e-5
                negative: -1
                half: .5
                off: off
                yes: true
                nothing: ~
                empty:
                list: [1, {a: b}]
                block: |
                  two
                  lines
                """);
        assertThat(yaml)
                .isEqualTo(json("{\"name\":\"007\",\"epochs\":20,\"min_lr\":1.0e-5,\"negative\":-1,\"half\":0.5,"
                        + "\"off\":\"off\",\"yes\":true,\"nothing\":null,\"empty\":null,\"list\":[1,{\"a\":\"b\"}],"
                        + "\"block\":\"two\\nlines\\n\"}"));
    }

    @Test
    void copiesWhatAnAliasStandsFor() {
        assertThat(yaml("a: &x {b: [1]}\nc: *x\nd: &y hi\ne: *y"))
                .isEqualTo(json("{\"a\":{\"b\":[1]},\"c\":{\"b\":[1]},\"d\":\"hi\",\"e\":\"hi\"}"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            `{"name":`                  | json.syntax        | #        | line 1, column
            `{"a":1,}`                  | json.syntax        | #        | line 1, column
            `{'a':1}`                   | json.syntax        | #        | line 1, column
            `{"a":NaN}`                 | json.syntax        | #        | line 1, column
            `{"a":-Infinity}`           | json.syntax        | #        | line 1, column
            `{"a":01}`                  | json.syntax        | #        | line 1, column
            `{"a":1 // comment`         | json.syntax        | #        | line 1, column
            `nonsense`                  | json.syntax        | #        | line 1, column
            `]`                         | json.syntax        | #        | line 1, column
            `{"name":"a","name":"b"}`   | json.duplicate-key | #/name   | name stands twice
            `{"x":[{"a":1,"a":2}]}`     | json.duplicate-key | #/x/0/a  | a stands twice
            `{} {}`                     | json.trailing      | #        | line 1, column 4
            `{}}`                       | json.trailing      | #        | line 1
            `{} x`                      | json.trailing      | #        | line 1
            `{"a":"\\ud800"}`           | json.encoding      | #/a      | surrogate
            `{"\\udc00":1}`             | json.encoding      | #        | surrogate
            ` `                         | json.empty         | #        | is empty
            """)
    void refusesWhatIsNoJson(String json, String code, String pointer, String detail) {
        Problem problem = refused(json.getBytes(UTF_8), false);
        assertThat(problem.code()).isEqualTo(code);
        assertThat(problem.pointer()).isEqualTo(pointer);
        assertThat(problem.detail()).contains(detail);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            `a: [1`                    | yaml.syntax        | #      | line 1, column
            `a: b: c`                  | yaml.syntax        | #      | line 1, column
            `a: *b`                    | yaml.syntax        | #/a    | no anchor
            `a: &b [*b]`               | yaml.syntax        | #/a/0  | no anchor
            `? [1]\n: 2`               | yaml.syntax        | #      | names must be texts
            `%FOO`                     | yaml.syntax        | #      | line 1
            `a: 1\na: 2`               | yaml.duplicate-key | #/a    | line 2, column 1: the name a stands twice
            `a: 1\n---\nb: 2`          | yaml.trailing      | #      | line 2, column 1
            `a: !!str 5`               | yaml.tag           | #/a    | tags are not taken
            `!!javax.script.ScriptEngineManager [x]` | yaml.tag | #  | tags are not taken
            `a: !foo {b: 1}`           | yaml.tag           | #/a    | leave !foo out
            `a: "\\ud800"`             | yaml.encoding      | #/a    | surrogate
            `# nothing`                | yaml.empty         | #      | is empty
            """)
    void refusesWhatIsNoYaml(String yaml, String code, String pointer, String detail) {
        Problem problem = refused(yaml.replace("\\n", "\n").getBytes(UTF_8), true);
        assertThat(problem.detail()).contains(detail);
        assertThat(problem.code()).isEqualTo(code);
        assertThat(problem.pointer()).isEqualTo(pointer);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "\"x\"", "42", "null", "true"})
    void refusesWhatIsNoObjectAsARuleBroken(String text) {
        for (boolean yaml : new boolean[] {false, true}) {
            assertThatExceptionOfType(InvalidSpecException.class)
                    .isThrownBy(() -> read(text.getBytes(UTF_8), yaml))
                    .satisfies(e -> assertThat(e.problems())
                            .extracting(Problem::pointer, Problem::code)
                            .containsExactly(tuple("#", "type.object")));
        }
    }

    @ParameterizedTest
    @MethodSource
    void refusesWhatIsBeyondTheLimits(String code, byte[] json, boolean yaml) {
        assertThat(refused(json, yaml).code()).isEqualTo(code);
    }

    static Stream<Arguments> refusesWhatIsBeyondTheLimits() {
        String laughs = "a: &a [x,x,x,x,x,x,x,x,x]\n"
                + Stream.of("ab", "bc", "cd", "de", "ef", "fg", "gh", "hi")
                        .map(step -> step.charAt(1) + ": &" + step.charAt(1) + " ["
                                + ("*" + step.charAt(0) + " ,").repeat(8) + "*" + step.charAt(0) + " ]\n")
                        .reduce("", String::concat);
        String big = "a: &a \"" + "x".repeat(60_000) + "\"\nb: [" + "*a , ".repeat(10_000) + "]";
        return Stream.of(
                Arguments.of("json.empty", new byte[0], false),
                Arguments.of("yaml.empty", new byte[0], true),
                Arguments.of("body.too-large", new byte[(1 << 20) + 1], false),
                Arguments.of("json.too-deep", nested("[", 32), false),
                Arguments.of("json.too-deep", nested("[", 10_000), false),
                Arguments.of("json.too-deep", nested("[", 1_000_000), false),
                Arguments.of("json.too-deep", nested("{\"a\":", 100_000), false),
                Arguments.of("yaml.too-deep", nested("[", 32), true),
                Arguments.of("yaml.too-deep", nested("[", 1_000_000), true),
                Arguments.of("yaml.too-deep", nested("{a: ", 100_000), true),
                Arguments.of("yaml.too-deep", "- ".repeat(500_000).getBytes(UTF_8), true),
                Arguments.of("yaml.syntax", "? ".repeat(500_000).getBytes(UTF_8), true),
                Arguments.of("yaml.too-many-aliases", laughs.getBytes(UTF_8), true),
                Arguments.of("yaml.too-many-aliases", big.getBytes(UTF_8), true),
                Arguments.of("json.string-too-long", text(65_537), false),
                Arguments.of("yaml.string-too-long", text(65_537), true),
                Arguments.of("number.range", ("{\"a\":" + "9".repeat(10_000) + "}").getBytes(UTF_8), false),
                Arguments.of("number.range", ("{\"a\":0." + "9".repeat(10_000) + "}").getBytes(UTF_8), false),
                Arguments.of("number.range", ("a: " + "9".repeat(10_000)).getBytes(UTF_8), true),
                Arguments.of("json.name-too-long", ("{\"" + "a".repeat(129) + "\":1}").getBytes(UTF_8), false),
                Arguments.of("json.encoding", "{\"a\":\"ä\"}".getBytes(ISO_8859_1), false),
                Arguments.of("json.encoding", "{\"a\":1}".getBytes(UTF_16), false),
                Arguments.of("json.encoding", "{\"a\":1}".getBytes(UTF_16LE), false),
                Arguments.of("json.encoding", "\ufeff{}".getBytes(UTF_8), false),
                Arguments.of("yaml.encoding", "\ufeffa: 1".getBytes(UTF_8), true),
                Arguments.of("json.encoding", new byte[] {'"', (byte) 0xc0, (byte) 0xaf, '"'}, false));
    }

    @Test
    void takesWhatIsJustWithinTheLimits() {
        assertThat(json("{\"a\":" + "[".repeat(31) + "]".repeat(31) + "}").has("a"))
                .isTrue();
        assertThat(json(new String(text(65_536), UTF_8)).get("a").stringValue()).hasSize(65_536);
        assertThat(json("{\"a\":" + "9".repeat(64) + "}").get("a").isBigInteger())
                .isTrue();
        assertThat(json("{\"a\":\"😀\"}").get("a").stringValue()).isEqualTo("😀");
    }

    @Test
    void reportsWhatItReadsNearlyNothingOf() {
        Problem problem = refused(("{\"a\":" + "x".repeat(10_000) + "}").getBytes(UTF_8), false);
        assertThat(problem.detail()).doesNotContain("x".repeat(65));
        assertThat(refused(("a: !" + "x".repeat(10_000) + " 1").getBytes(UTF_8), true)
                        .detail())
                .doesNotContain("x".repeat(65));
    }

    @Property(tries = 300)
    void answersAnyBytesWithATreeOrARefusal(@ForAll byte[] bytes, @ForAll boolean yaml) {
        try {
            assertThat(read(bytes, yaml)).isNotNull();
        } catch (UnreadableException | InvalidSpecException expected) {
            assertThat(expected).hasMessageMatching("(?s).+");
        }
    }

    private static byte[] nested(String open, int more) {
        return ("{\"a\":" + open.repeat(more)).getBytes(UTF_8);
    }

    private static byte[] text(int length) {
        return ("{\"a\":\"" + "x".repeat(length) + "\"}").getBytes(UTF_8);
    }

    private static Problem refused(byte[] bytes, boolean yaml) {
        UnreadableException refusal = catchThrowableOfType(UnreadableException.class, () -> read(bytes, yaml));
        assertThat(refusal).isNotNull();
        return refusal.problem();
    }

    private static ObjectNode read(byte[] bytes, boolean yaml) {
        return yaml ? SpecParser.readYaml(bytes) : SpecParser.readJson(bytes);
    }

    private static ObjectNode json(String json) {
        return SpecParser.readJson(json.getBytes(UTF_8));
    }

    private static ObjectNode yaml(String yaml) {
        return SpecParser.readYaml(yaml.getBytes(UTF_8));
    }
}
