package io.signalbox.server.history;

import io.signalbox.event.Event;
import io.signalbox.event.EventDetail.LearningRateChanged;
import io.signalbox.event.EventDetail.StateChanged;
import io.signalbox.event.EventDetail.TrainBegin;
import io.signalbox.server.history.CurveStore.Series;
import io.signalbox.server.ingest.Projection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.core.annotation.Order;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** Grows the curves of running jobs, behind which their tables stay by a {@link Tail}. Calls for one job do not overlap. */
@Component
@Order(2)
class CurveProjection implements Projection {

    /** No divisor of the longest tail, so that jobs with ids in a row get any of its lengths. */
    private static final int SPREAD = 97;

    private final CurveStore store;
    private final Tail tail;
    private final JdbcTemplate jdbc;
    private final Map<Long, Curves> running = new ConcurrentHashMap<>();

    CurveProjection(CurveStore store, Tail tail, JdbcTemplate jdbc) {
        this.store = store;
        this.tail = tail;
        this.jdbc = jdbc;
    }

    private static final class Curves {
        final Map<String, Curve> byStep = new HashMap<>();
        final Map<String, Curve> byEpoch = new HashMap<>();
        double learningRate;

        /** Events that are in no table yet. */
        int waiting;

        /** Written when so many wait: by most jobs at other times than by those that began together with them. */
        int longest;

        Curves(long jobId) {
            longest = Tail.LONGEST / 2 + Math.floorMod(SPREAD * jobId, Tail.LONGEST / 2);
        }
    }

    /** What is to be written at the end of a frame of any number of jobs. */
    private static final class Due {
        final CurveRows rows = new CurveRows();
        final Map<Long, Long> seqs = new HashMap<>();
    }

    @Override
    public void apply(Map<Long, List<Event>> events) {
        Due due = new Due();
        events.forEach((jobId, fresh) -> take(jobId, fresh, due));
        write(due);
    }

    private void take(long jobId, List<Event> events, Due due) {
        long first = events.get(0).seq();
        Curves curves = running.computeIfAbsent(jobId, id -> load(id, first));
        boolean ended = false;
        boolean mayWait = true;
        for (Event event : events) {
            if (event.detail() instanceof TrainBegin) {
                curves = truncated(jobId, curves, event);
            } else if (event.detail() instanceof LearningRateChanged change) {
                curves.learningRate = change.to();
            } else {
                take(jobId, curves, event);
            }
            mayWait &= Tail.mayWait(event);
            ended |=
                    event.detail() instanceof StateChanged change && change.to().ended();
        }
        curves.waiting += events.size();
        if (!mayWait || curves.waiting >= curves.longest) {
            flush(jobId, curves, events.get(events.size() - 1).seq(), due);
        }
        if (ended) {
            running.remove(jobId);
        }
    }

    @Override
    public void forget(long jobId) {
        running.remove(jobId);
    }

    private void take(long jobId, Curves curves, Event event) {
        Points.of(
                event,
                curves.learningRate,
                (axis, name, x, value) -> curve(jobId, curves, axis, name).add(x, value));
    }

    private Curve curve(long jobId, Curves curves, Axis axis, String name) {
        return (axis == Axis.STEP ? curves.byStep : curves.byEpoch)
                .computeIfAbsent(
                        name, n -> new Curve(store, new Series(store.create(jobId, n, axis), n, axis, 0, -1, 0)));
    }

    /** As they were before an event. */
    private Curves load(long jobId, long before) {
        Curves curves = new Curves(jobId);
        for (Series series : store.series(jobId)) {
            (series.axis() == Axis.STEP ? curves.byStep : curves.byEpoch).put(series.name(), new Curve(store, series));
        }
        Double rate =
                jdbc.queryForObject("select learning_rate from job_progress where job_id = ?", Double.class, jobId);
        curves.learningRate = rate == null ? Double.NaN : rate;
        curves.waiting = tail.read(
                jobId,
                before,
                (axis, name, x, value) -> curve(jobId, curves, axis, name).add(x, value));
        return curves;
    }

    /** Training goes on from an earlier point, or starts afresh: what was told of later ones is void. */
    private Curves truncated(long jobId, Curves curves, Event event) {
        Due due = new Due();
        flush(jobId, curves, event.seq(), due);
        write(due);
        long step = event.step() == null ? 0 : event.step();
        long epoch = event.epoch() == null ? 0 : event.epoch();
        for (Series series : store.series(jobId)) {
            long from = series.axis() == Axis.STEP ? step : epoch;
            if (series.lastX() >= from) {
                store.truncate(series, from);
            }
        }
        Curves reloaded = load(jobId, event.seq());
        reloaded.learningRate = curves.learningRate;
        running.put(jobId, reloaded);
        return reloaded;
    }

    private void flush(long jobId, Curves curves, long seq, Due due) {
        curves.byStep.values().forEach(curve -> curve.flush(due.rows));
        curves.byEpoch.values().forEach(curve -> curve.flush(due.rows));
        due.seqs.put(jobId, seq);
        curves.waiting = 0;
        curves.longest = Tail.LONGEST;
    }

    private void write(Due due) {
        store.write(due.rows);
        tail.writtenUpTo(due.seqs);
    }
}
