package io.signalbox.server.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.event.Event;
import io.signalbox.event.EventDetail.Log;
import io.signalbox.server.ingest.EventStore.Stored;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class EventBlockTest {

    @Property(tries = 100)
    void holdsEveryEventAsItWas(
            @ForAll @Size(min = 1, max = 40) List<@StringLength(max = 300) String> messages,
            @ForAll @IntRange(max = 1000) int first,
            @ForAll @IntRange(max = 45) int skipped,
            @ForAll @IntRange(min = 1, max = 45) int limit) {
        List<Stored> events = events(first, messages);

        List<Stored> found = new ArrayList<>();
        for (EventBlock block : EventBlock.of(events)) {
            block.from(first + skipped, -1, limit - found.size(), found);
        }

        assertThat(found).isEqualTo(events.stream().skip(skipped).limit(limit).toList());
    }

    @Test
    void leavesOutWhatStepsOfThePastTold() {
        List<Stored> events = List.of(
                new Stored(0, "epoch_begin", "{}"),
                new Stored(1, "batch_end", "{}"),
                new Stored(2, "epoch_end", "{}"),
                new Stored(3, "batch_end", "{}"));
        List<Stored> found = new ArrayList<>();

        long next = EventBlock.of(events).get(0).from(0, 2, 10, found);

        assertThat(found).extracting(Stored::seq).containsExactly(2L, 3L);
        assertThat(next).isEqualTo(4);
    }

    @Property(tries = 20)
    void manyEventsAreCutIntoBlocksThatFollowOneAnother(@ForAll @IntRange(min = 100, max = 3000) int count) {
        List<Stored> events = events(
                7,
                LongStream.range(0, count)
                        .mapToObj(i -> "message " + i + " ".repeat(100))
                        .toList());

        long next = 7;
        for (EventBlock block : EventBlock.of(events)) {
            assertThat(block.seq()).isEqualTo(next);
            assertThat(block.body()).hasSizeLessThanOrEqualTo(64 << 10);
            next = block.next();
        }
        assertThat(next).isEqualTo(7 + count);
    }

    private static List<Stored> events(long first, List<String> messages) {
        return LongStream.range(0, messages.size())
                .mapToObj(i -> Stored.of(
                        new Event(first + i, Instant.EPOCH, 1, 1, null, null, new Log("info", messages.get((int) i)))))
                .toList();
    }
}
