package io.signalbox.server.history;

import io.signalbox.event.Event;
import io.signalbox.event.EventDetail.BatchEnd;
import io.signalbox.event.EventDetail.EpochEnd;
import io.signalbox.event.EventDetail.LearningRateChanged;
import io.signalbox.event.EventDetail.MetricsLogged;
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

/**
 * Grows the curves of running jobs. Beside what is logged every curve point has its learning rate recorded with it, and
 * every epoch the time of its end, in seconds since 1970. Calls for one job do not overlap (ingest's lock).
 */
@Component
@Order(2)
class CurveProjection implements Projection {

    private static final String LEARNING_RATE = "learning_rate";
    private static final String TIME = "time";
    private static final double MILLIS_PER_SECOND = 1000;

    private final CurveStore store;
    private final JdbcTemplate jdbc;
    private final Map<Long, Curves> running = new ConcurrentHashMap<>();

    CurveProjection(CurveStore store, JdbcTemplate jdbc) {
        this.store = store;
        this.jdbc = jdbc;
    }

    private static final class Curves {
        final Map<String, Curve> byStep = new HashMap<>();
        final Map<String, Curve> byEpoch = new HashMap<>();
        double learningRate;
    }

    @Override
    public void apply(long jobId, List<Event> events) {
        Curves curves = running.computeIfAbsent(jobId, this::load);
        boolean ended = false;
        for (Event event : events) {
            if (event.detail() instanceof TrainBegin) {
                curves = truncated(jobId, curves, event);
            } else {
                take(jobId, curves, event);
            }
            ended |=
                    event.detail() instanceof StateChanged change && change.to().ended();
        }
        flush(curves);
        if (ended) {
            running.remove(jobId);
        }
    }

    @Override
    public void forget(long jobId) {
        running.remove(jobId);
    }

    private void take(long jobId, Curves curves, Event event) {
        if (event.detail() instanceof BatchEnd batch && event.step() != null) {
            add(jobId, curves, Axis.STEP, event.step(), batch.logs());
        } else if (event.detail() instanceof MetricsLogged measured && event.step() != null) {
            long step = event.step();
            measured.logs()
                    .forEach((name, value) ->
                            curve(jobId, curves, Axis.STEP, name).add(step, value));
        } else if (event.detail() instanceof EpochEnd end && event.epoch() != null) {
            add(jobId, curves, Axis.EPOCH, event.epoch(), end.logs());
            if (!end.logs().containsKey(TIME)) {
                curve(jobId, curves, Axis.EPOCH, TIME)
                        .add(event.epoch(), event.at().toEpochMilli() / MILLIS_PER_SECOND);
            }
        } else if (event.detail() instanceof LearningRateChanged change) {
            curves.learningRate = change.to();
        }
    }

    private void add(long jobId, Curves curves, Axis axis, long x, Map<String, Double> logs) {
        logs.forEach((name, value) -> curve(jobId, curves, axis, name).add(x, value));
        if (!logs.containsKey(LEARNING_RATE)) {
            curve(jobId, curves, axis, LEARNING_RATE).add(x, curves.learningRate);
        }
    }

    private Curve curve(long jobId, Curves curves, Axis axis, String name) {
        return (axis == Axis.STEP ? curves.byStep : curves.byEpoch)
                .computeIfAbsent(
                        name, n -> new Curve(store, new Series(store.create(jobId, n, axis), n, axis, 0, -1, 0)));
    }

    private Curves load(long jobId) {
        Curves curves = new Curves();
        for (Series series : store.series(jobId)) {
            (series.axis() == Axis.STEP ? curves.byStep : curves.byEpoch).put(series.name(), new Curve(store, series));
        }
        Double rate =
                jdbc.queryForObject("select learning_rate from job_progress where job_id = ?", Double.class, jobId);
        curves.learningRate = rate == null ? Double.NaN : rate;
        return curves;
    }

    /** Training goes on from an earlier point, or starts afresh: what was told of later ones is void. */
    private Curves truncated(long jobId, Curves curves, Event event) {
        flush(curves);
        long step = event.step() == null ? 0 : event.step();
        long epoch = event.epoch() == null ? 0 : event.epoch();
        for (Series series : store.series(jobId)) {
            long from = series.axis() == Axis.STEP ? step : epoch;
            if (series.lastX() >= from) {
                store.truncate(series, from);
            }
        }
        Curves reloaded = load(jobId);
        reloaded.learningRate = curves.learningRate;
        running.put(jobId, reloaded);
        return reloaded;
    }

    private static void flush(Curves curves) {
        curves.byStep.values().forEach(Curve::flush);
        curves.byEpoch.values().forEach(Curve::flush);
    }
}
