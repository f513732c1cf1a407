package io.signalbox.server.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.event.Event;
import io.signalbox.event.EventDetail;
import io.signalbox.event.EventDetail.BatchEnd;
import io.signalbox.event.EventDetail.EpochEnd;
import io.signalbox.event.EventDetail.TrainBegin;
import io.signalbox.server.PausedJob;
import io.signalbox.server.ServerTest;
import io.signalbox.server.history.CurveReader.Grown;
import io.signalbox.server.history.CurveReader.Point;
import io.signalbox.server.ingest.Ingest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;

/** Curves are whole though their tables stay behind. */
@ServerTest
class TailTest {

    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678Z");

    @Autowired
    private Ingest ingest;

    @Autowired
    private CurveProjection projection;

    @Autowired
    private CurveReader reader;

    @Autowired
    private JdbcTemplate jdbc;

    private long job;
    private long seq;

    @BeforeEach
    void aJob() {
        job = PausedJob.insert(jdbc);
    }

    private Event event(long step, EventDetail detail) {
        return new Event(seq++, NOW, job, 1, (int) (step / 100), step, detail);
    }

    private Grown curve(String name, Axis axis) {
        return reader.curves(job).stream()
                .filter(it -> it.series().name().equals(name) && it.series().axis() == axis)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aStepIsSeenAtOnceThoughItsCurveIsNotWritten() {
        ingest.receive(job, List.of(event(0, new BatchEnd(0, Map.of("loss", 0.5)))));

        Grown loss = curve("loss", Axis.STEP);
        assertThat(loss.series().points()).isEqualTo(1);
        assertThat(loss.series().lastValue()).isEqualTo(0.5);
        assertThat(reader.read(loss, null, null, 10)).containsExactly(new Point(0, 0.5, 0.5, 0.5, 0.5, 1));
        assertThat(reader.read(curve("learning_rate", Axis.STEP), null, null, 10)
                        .get(0)
                        .last())
                .isEqualTo(0.1);
        assertThat(jdbc.queryForObject("select sum(points) from series where job_id = ?", Long.class, job))
                .isZero();
    }

    @Test
    void theEndOfAnEpochHasAllOfItWritten() {
        ingest.receive(job, List.of(event(0, new BatchEnd(0, Map.of("loss", 0.5)))));
        ingest.receive(job, List.of(event(1, new EpochEnd(Map.of("loss", 0.4), 1, 1))));

        assertThat(reader.curves(job))
                .allSatisfy(curve -> assertThat(curve.tail()).isEmpty());
        assertThat(curve("loss", Axis.EPOCH).series().lastValue()).isEqualTo(0.4);
    }

    /** Against a plain map, over frames of any size, training that goes back, and servers that take over. */
    @RepeatedTest(20)
    void noPointIsMissingOrDoubled(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        Map<Long, Double> expected = new TreeMap<>();
        long step = 0;
        for (int frame = 0; frame < 40; frame++) {
            List<Event> events = new ArrayList<>();
            for (int i = random.nextInt(1, 1 << random.nextInt(1, 8)); i > 0; i--) {
                int what = random.nextInt(200);
                if (what == 0) {
                    step = random.nextLong(step + 1);
                    expected.keySet().removeIf(new UpTo(step)::isBeyond);
                    events.add(event(step, new TrainBegin(9, 100, 1, "backup")));
                } else if (what == 1) {
                    events.add(event(step, new EpochEnd(Map.of("loss", 1.0), 1, 1)));
                } else {
                    double loss = random.nextGaussian();
                    expected.put(step, loss);
                    events.add(event(step++, new BatchEnd(0, Map.of("loss", loss))));
                }
            }
            ingest.receive(job, events);
            if (random.nextInt(10) == 0) {
                projection.forget(job); // as on a server that takes over
            }
            if (!expected.isEmpty()) {
                Grown loss = curve("loss", Axis.STEP);
                List<Point> points = reader.read(loss, null, null, 10_000);
                assertThat(points).extracting(Point::x).containsExactlyElementsOf(expected.keySet());
                assertThat(points).extracting(Point::last).containsExactlyElementsOf(expected.values());
                assertThat(loss.series().points()).isEqualTo(expected.size());
                assertThat(reader.read(loss, null, null, 3).stream()
                                .mapToLong(Point::count)
                                .sum())
                        .isEqualTo(expected.size());
            }
        }
    }

    private record UpTo(long step) {
        boolean isBeyond(long x) {
            return x >= step;
        }
    }
}
