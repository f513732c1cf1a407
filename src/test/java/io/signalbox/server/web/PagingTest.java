package io.signalbox.server.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class PagingTest {

    private static final List<String> ALL =
            IntStream.range(10, 33).mapToObj(String::valueOf).toList();

    @Test
    void walksAListOnceFromBeginToEnd() {
        List<String> seen = new ArrayList<>();
        String cursor = null;
        do {
            Paging paging = Paging.parse("5", cursor);
            Page<String> page = Page.of(paging.of(ALL), paging, key -> key);
            assertThat(page.items()).hasSizeLessThanOrEqualTo(5);
            seen.addAll(page.items());
            cursor = page.nextCursor();
        } while (cursor != null);

        assertThat(seen).isEqualTo(ALL);
    }

    @Test
    void givesFiftyWhereNothingIsSaid() {
        assertThat(Paging.parse(null, null)).isEqualTo(new Paging(50, null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "501", "1e9", "abc", "", " 5", "٥", "99999999999999999999"})
    void refusesALimitThatIsNone(String limit) {
        assertThatExceptionOfType(ApiException.class)
                .isThrownBy(() -> Paging.parse(limit, null))
                .satisfies(e -> {
                    assertThat(e.getStatusCode().value()).isEqualTo(422);
                    assertThat(e.getBody().getProperties()).containsEntry("parameter", "limit");
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "MTI", "MTI.zzz", ".", "MTI.1.2", "!!.1"})
    void refusesACursorThatIsNotItsOwn(String cursor) {
        assertThatExceptionOfType(ApiException.class)
                .isThrownBy(() -> Paging.parse(null, cursor))
                .satisfies(e -> assertThat(e.getBody().getProperties()).containsEntry("parameter", "cursor"));
    }

    @Test
    void refusesTheCursorOfAnotherKindOfList() {
        Paging other = Paging.parse(null, new Paging(5, null).cursorAfter("a-name"));

        assertThatExceptionOfType(ApiException.class).isThrownBy(other::afterNumber);
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"12"})
    void readsKeysThatAreNumbers(String key) {
        assertThat(new Paging(5, key).afterNumber()).isEqualTo(key == null ? null : 12L);
    }
}
