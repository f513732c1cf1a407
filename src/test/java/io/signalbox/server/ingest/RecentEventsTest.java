package io.signalbox.server.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.server.ingest.EventStore.Stored;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class RecentEventsTest {

    private static final long JOB = 7;
    private static final String LARGE = "x".repeat(60_000);

    private final RecentEvents recent = new RecentEvents();

    @Test
    void givesWhatCameAfterAPlace() {
        recent.add(JOB, events("{}", 5, 8));

        assertThat(recent.after(JOB, 6)).extracting(Stored::seq).containsExactly(7L, 8L);
        assertThat(recent.after(JOB, 8)).isEmpty();
    }

    @Test
    void knowsThatItDoesNotHoldTheBeginning() {
        recent.add(JOB, events("{}", 5, 8));

        assertThat(recent.after(JOB, 4)).hasSize(4);
        assertThat(recent.after(JOB, 3)).isNull();
        assertThat(recent.after(JOB + 1, 8)).isNull();
    }

    @Test
    void letsTheOldestGoWhenItIsFull() {
        recent.add(JOB, events(LARGE, 0, 2));

        assertThat(recent.after(JOB, -1)).isNull();
        assertThat(recent.after(JOB, 0)).extracting(Stored::seq).containsExactly(1L, 2L);
    }

    @Test
    void letsTheJobThatWasSilentLongestGo() {
        LongStream.range(0, 200).forEach(job -> recent.add(job, events("{}", 0, 0)));

        assertThat(recent.after(0, -1)).isNull();
        assertThat(recent.after(199, -1)).hasSize(1);
    }

    @Test
    void startsAnewAfterAGap() {
        recent.add(JOB, events("{}", 0, 1));
        recent.add(JOB, events("{}", 9, 9));

        assertThat(recent.after(JOB, 1)).isNull();
        assertThat(recent.after(JOB, 8)).extracting(Stored::seq).containsExactly(9L);
    }

    private static List<Stored> events(String body, long first, long last) {
        return LongStream.rangeClosed(first, last)
                .mapToObj(seq -> new Stored(seq, "log", body))
                .toList();
    }
}
