package io.signalbox.spec;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.spec.schema.Binder;
import io.signalbox.spec.schema.Described;
import io.signalbox.spec.schema.Param;
import io.signalbox.spec.schema.SchemaReader;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** By its schema an object is read as by its record: the same defaults, and faults at the same places of the same kinds. */
class SchemaReaderTest {

    private static final JsonMapper JSON = new JsonMapper();

    @Described("One of each")
    record Sample(
            @Param("Required") String name,

            @Param(value = "Whole", defaultValue = "3", min = 1, max = 9)
            int whole,

            @Param(value = "Share", defaultValue = "0.5", min = 0, exclusiveMin = true, max = 1, exclusiveMax = true)
            double share,

            @Param(value = "Switch", defaultValue = "false") boolean flag,

            @Param(
                    value = "Choice",
                    defaultValue = "\"a\"",
                    oneOf = {"a", "b"})
            String choice,

            @Param(value = "Pattern", pattern = "[a-z]+", maxLength = 5) @Nullable
            String word,

            @Param(value = "Or a word", min = 1, max = 100, orWord = "epoch") @Nullable
            Integer every,

            @Param(value = "Numbers", minItems = 1, maxItems = 2, min = 0, defaultValue = "[1]")
            List<Integer> numbers) {}

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'name': 'x'}",
                "{'name': 'x', 'whole': 4.0, 'share': 0.25, 'flag': true, 'choice': 'b', 'word': 'abc', 'every': 7}",
                "{'name': 'x', 'numbers': [1, 2]}",
                "{}",
                "{'name': 1}",
                "{'name': null}",
                "{'name': 'x', 'whole': 0}",
                "{'name': 'x', 'whole': 10}",
                "{'name': 'x', 'whole': 2.5}",
                "{'name': 'x', 'whole': '3'}",
                "{'name': 'x', 'share': 0}",
                "{'name': 'x', 'share': 1}",
                "{'name': 'x', 'flag': 1}",
                "{'name': 'x', 'choice': 'c'}",
                "{'name': 'x', 'word': 'ABC'}",
                "{'name': 'x', 'word': 'abcdef'}",
                "{'name': 'x', 'every': 0}",
                "{'name': 'x', 'numbers': []}",
                "{'name': 'x', 'numbers': [1, 2, 3]}",
                "{'name': 'x', 'numbers': [-1]}",
                "{'name': 'x', 'numbers': 1}",
                "{'name': 'x', 'nume': 1}"
            })
    void readsAsTheRecordIsRead(String text) {
        ObjectNode given = (ObjectNode) JSON.readTree(text.replace('\'', '"'));
        List<Problem> byRecord = new ArrayList<>();
        List<Problem> bySchema = new ArrayList<>();

        Sample record = Binder.bind(given, Sample.class, "#", byRecord);
        ObjectNode read = SchemaReader.read(given, Binder.schema(Sample.class), "#", bySchema);

        assertThat(bySchema)
                .extracting(p -> p.pointer() + " " + p.code())
                .isEqualTo(
                        byRecord.stream().map(p -> p.pointer() + " " + p.code()).toList());
        assertThat(read == null).isEqualTo(record == null);
        if (record != null) {
            List<Problem> none = new ArrayList<>();
            assertThat(Binder.bind(read, Sample.class, "#", none)).isEqualTo(record);
        }
    }
}
