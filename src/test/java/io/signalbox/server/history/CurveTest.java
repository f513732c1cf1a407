package io.signalbox.server.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.server.history.CurveReader.Grown;
import io.signalbox.server.history.CurveReader.Point;
import io.signalbox.server.history.CurveStore.Series;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

class CurveTest {

    private static final JdbcTemplate JDBC = database();

    private final CurveStore store = new CurveStore(JDBC);
    private final CurveReader reader = new CurveReader(store, null);

    private static JdbcTemplate database() {
        var source = new DriverManagerDataSource("jdbc:h2:mem:curves;DB_CLOSE_DELAY=-1");
        Flyway.configure().dataSource(source).load().migrate();
        return new JdbcTemplate(source);
    }

    private static long newJob() {
        JDBC.update("""
                insert into job (version, state, created_at, attempt, crashes, retries, priority, dataset, dataset_sha256,
                spec, warnings, body_sha256, best_metric, best_direction)
                values (0, 'RUNNING', now(), 1, 0, 0, 0, 'd', '', '{}', '[]', '', 'loss', 'min')""");
        return JDBC.queryForObject("select max(id) from job", Long.class);
    }

    private Series newSeries() {
        return new Series(store.create(newJob(), "loss", Axis.STEP), "loss", Axis.STEP, 0, -1, 0);
    }

    private Series reload(Series series) {
        long job = JDBC.queryForObject("select job_id from series where id = ?", Long.class, series.id());
        return store.series(job).get(0);
    }

    private void flush(Curve curve) {
        CurveRows rows = new CurveRows();
        curve.flush(rows);
        store.write(rows);
    }

    @Property(tries = 40)
    void everyRecordedPointLiesInSomeReturnedPoint(
            @ForAll @IntRange(min = 1, max = 3000) int count,
            @ForAll @IntRange(min = 1, max = 200) int maxPoints,
            @ForAll @IntRange(min = 1, max = 20) int gap,
            @ForAll long seed) {
        Series series = newSeries();
        Curve curve = new Curve(store, series);
        Random random = new Random(seed);
        List<double[]> recorded = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            double value = random.nextGaussian();
            recorded.add(new double[] {(long) i * gap, value});
            curve.add((long) i * gap, value);
            if (random.nextInt(50) == 0) {
                flush(curve);
            }
        }
        flush(curve);

        List<Point> points = reader.read(new Grown(reload(series), List.of()), null, null, maxPoints);

        assertThat(points).hasSizeBetween(1, maxPoints);
        assertThat(points.stream().mapToLong(Point::count).sum()).isEqualTo(count);
        int next = 0;
        for (Point point : points) {
            for (long i = 0; i < point.count(); i++, next++) {
                assertThat(recorded.get(next)[1]).isBetween(point.min(), point.max());
            }
            assertThat(point.last()).isEqualTo(recorded.get(next - 1)[1]);
            assertThat(point.x()).isEqualTo((long) recorded.get(next - 1)[0]);
        }
    }

    @Property(tries = 40)
    void aCurveCutAndGrownAgainEqualsOneNeverCut(
            @ForAll @IntRange(min = 1, max = 1500) int count,
            @ForAll @IntRange(min = 0, max = 1500) int cut,
            @ForAll @IntRange(min = 0, max = 200) int again) {
        Series cutSeries = newSeries();
        grow(cutSeries, 0, count);
        store.truncate(reload(cutSeries), cut);
        int from = Math.min(cut, count);
        grow(reload(cutSeries), from, from + again);
        Series whole = newSeries();
        grow(whole, 0, from + again);

        assertThat(store.points(cutSeries.id(), 0, Long.MAX_VALUE))
                .isEqualTo(store.points(whole.id(), 0, Long.MAX_VALUE));
        for (int level = 0; level < CurveStore.LEVELS; level++) {
            assertThat(store.buckets(cutSeries.id(), level, 0, Long.MAX_VALUE))
                    .as("level %d", level)
                    .isEqualTo(store.buckets(whole.id(), level, 0, Long.MAX_VALUE));
        }
        assertThat(reload(cutSeries).points()).isEqualTo(reload(whole).points());
    }

    private void grow(Series series, int from, int to) {
        Curve curve = new Curve(store, series);
        for (int x = from; x < to; x++) {
            curve.add(x, x * 0.5);
        }
        flush(curve);
    }

    @Test
    void aSpikeOfOneStepInAMillionShowsAtEveryZoom() {
        Series series = newSeries();
        Curve curve = new Curve(store, series);
        for (int x = 0; x < 100_000; x++) {
            curve.add(x, x == 77_777 ? 1000 : 1);
        }
        flush(curve);

        assertThat(reader.read(new Grown(reload(series), List.of()), null, null, 50))
                .anyMatch(p -> p.max() == 1000);
        assertThat(reader.read(new Grown(reload(series), List.of()), 77_000L, 78_000L, 50))
                .anyMatch(p -> p.max() == 1000);
    }

    @Test
    void aNanIsToldByTheMeanAndHidesNoOtherPoint() {
        Series series = newSeries();
        Curve curve = new Curve(store, series);
        curve.add(0, 1);
        curve.add(1, Double.NaN);
        curve.add(2, 3);
        flush(curve);

        Point point =
                reader.read(new Grown(reload(series), List.of()), null, null, 1).get(0);
        assertThat(point.min()).isEqualTo(1);
        assertThat(point.max()).isEqualTo(3);
        assertThat(point.mean()).isNaN();
    }

    @Test
    void aPointToldTwiceIsRecordedOnce() {
        Series series = newSeries();
        Curve curve = new Curve(store, series);
        curve.add(5, 1);
        curve.add(5, 2);
        flush(curve);

        assertThat(reload(series).points()).isEqualTo(1);
        assertThat(reload(series).lastValue()).isEqualTo(1);
    }
}
