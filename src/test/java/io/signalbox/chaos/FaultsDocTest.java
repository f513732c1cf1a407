package io.signalbox.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/faults.md names every promise, every fault, every attack and every bad input once, and only tests that there are. */
class FaultsDocTest {

    private static final int PROMISES = 10;
    private static final int FAULTS = 100;
    private static final int ATTACKS = 22;
    private static final int BAD_INPUTS = 82;
    private static final Pattern ROW = Pattern.compile("(?m)^\\| ([PFSB]\\d{1,3}) \\|.*\\| (.+) \\|$");
    private static final Pattern TEST = Pattern.compile("`(\\w+(?:Test|IT|Specification|Chaos|Bench))(?:#(\\w+))?`");

    @Test
    void namesEachOnce() throws IOException {
        List<String> expected = new ArrayList<>();
        IntStream.rangeClosed(1, PROMISES).forEach(number -> expected.add("P" + number));
        IntStream.rangeClosed(1, FAULTS).forEach(number -> expected.add("F%02d".formatted(number)));
        IntStream.rangeClosed(1, ATTACKS).forEach(number -> expected.add("S%02d".formatted(number)));
        IntStream.rangeClosed(1, BAD_INPUTS).forEach(number -> expected.add("B%02d".formatted(number)));

        assertThat(rows().map(row -> row.group(1))).containsExactlyElementsOf(expected);
    }

    @Test
    void eachIsHeldByATestOrSaysWhyByNone() throws IOException {
        assertThat(rows())
                .allSatisfy(row -> assertThat(row.group(2).matches("no test( in Java)?: .+")
                                || TEST.matcher(row.group(2)).find())
                        .as(row.group())
                        .isTrue());
    }

    @Test
    void namesTestsThatThereAre() throws Exception {
        Map<String, String> classes = testClasses();
        List<MatchResult> named = TEST.matcher(document()).results().toList();
        assertThat(named).hasSizeGreaterThan(FAULTS);
        for (MatchResult test : named) {
            assertThat(classes).as(test.group()).containsKey(test.group(1));
            if (test.group(2) != null) {
                assertThat(methods(Class.forName(
                                classes.get(test.group(1)), false, getClass().getClassLoader())))
                        .as(test.group())
                        .contains(test.group(2));
            }
        }
    }

    private static List<String> methods(Class<?> type) {
        return Arrays.stream(type.getDeclaredMethods())
                .map(method -> method.getName())
                .toList();
    }

    /** Names with their packages by names without. */
    private static Map<String, String> testClasses() throws IOException {
        Path root = Path.of("src", "test", "java");
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .map(file -> root.relativize(file)
                            .toString()
                            .replace(".java", "")
                            .replace(java.io.File.separatorChar, '.'))
                    .filter(name -> !name.endsWith("package-info"))
                    .collect(Collectors.toMap(
                            name -> name.substring(name.lastIndexOf('.') + 1), name -> name, (one, other) -> one));
        }
    }

    private static Stream<MatchResult> rows() throws IOException {
        return ROW.matcher(document()).results();
    }

    private static String document() throws IOException {
        return Files.readString(Path.of("docs", "faults.md"));
    }
}
