package io.signalbox.server.job;

import io.signalbox.event.JobState;
import io.signalbox.server.SignalboxProperties;
import io.signalbox.server.SignalboxProperties.Servers;
import io.signalbox.server.web.Problems;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * The jobs that wait for a trainer: how many there may be, which is next, and why the others are not. Next is the oldest of
 * the highest priority. Jobs of an experiment or a user with as many trainers as they may have are passed over. One that does
 * not fit beside those that have trainers is waited for: what it lacks is given to no job behind it, so that no stream of
 * small jobs keeps a large one out. Thread-safe.
 */
@Component
public class JobQueue {

    /** After so long there may be room again. */
    private static final int RETRY_AFTER_SECONDS = 10;

    /** Other servers take jobs in as well: so many may be too many for each of them. */
    private static final int MOST_UNCOUNTED = 10;

    private static final String DEMAND = "id, experiment, submitted_by, cpus, gpus, memory";

    private static final String WITH_TRAINER = Arrays.stream(JobState.values())
            .filter(JobState::hasTrainer)
            .map(state -> "'" + state + "'")
            .collect(Collectors.joining(", "));

    /** All of it, numbered while it is read: a database that numbers it does so for each job that is asked for. */
    static final String ORDER = "select id from job where state = 'QUEUED' order by state, priority desc, id";

    private final JdbcTemplate jdbc;
    private final Clock clock;
    private final Machine machine;
    private final int capacity;
    private final int perExperiment;
    private final int perUser;
    private final boolean several;

    /** What the trainers take that there are; kept by the server that leads. */
    private final Map<Long, Demand> held = new ConcurrentHashMap<>();

    /** How many more jobs surely fit in: counting them all at each submission would cost more than the submission. */
    private int room;

    JobQueue(JdbcTemplate jdbc, Clock clock, Machine machine, SignalboxProperties properties) {
        this.several = properties.servers() == Servers.SEVERAL;
        this.jdbc = jdbc;
        this.clock = clock;
        this.machine = machine;
        SignalboxProperties.Queue settings = properties.queue();
        this.capacity = settings.capacity();
        this.perExperiment = orNoBound(settings.perExperiment());
        this.perUser = orNoBound(settings.perUser());
    }

    private static int orNoBound(@Nullable Integer bound) {
        return bound == null ? Integer.MAX_VALUE : bound;
    }

    /** What the trainer of a job takes. */
    private record Demand(
            long id,
            @Nullable String experiment,
            String user,
            int cpus,
            int gpus,
            @Nullable Long memory) {

        static Demand read(ResultSet row) throws SQLException {
            return new Demand(
                    row.getLong("id"),
                    row.getString("experiment"),
                    row.getString("submitted_by"),
                    row.getInt("cpus"),
                    row.getInt("gpus"),
                    (Long) row.getObject("memory"));
        }
    }

    /** What trainers take all together. */
    private record Load(Collection<Demand> demands) {

        long cpus() {
            return demands.stream().mapToLong(Demand::cpus).sum();
        }

        long gpus() {
            return demands.stream().mapToLong(Demand::gpus).sum();
        }

        long memory() {
            return demands.stream()
                    .map(Demand::memory)
                    .filter(Objects::nonNull)
                    .mapToLong(Long::longValue)
                    .sum();
        }

        /** Those of which so many jobs have trainers. */
        Set<String> full(Function<Demand, @Nullable String> group, int bound) {
            return demands.stream()
                    .map(group)
                    .filter(Objects::nonNull)
                    .map(Objects::requireNonNull)
                    .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()))
                    .entrySet()
                    .stream()
                    .filter(entry -> entry.getValue() >= bound)
                    .map(Map.Entry::getKey)
                    .collect(Collectors.toSet());
        }
    }

    /**
     * Where a job stands.
     *
     * @param position from 1
     * @param reason why it is not given to a trainer now; null if it is about to be
     */
    record Place(long position, @Nullable String reason) {}

    /** A 429 problem if one job more is more than may wait. */
    synchronized void requireRoom() {
        if (room <= 0) {
            Long waiting = jdbc.queryForObject("select count(*) from job where state = 'QUEUED'", Long.class);
            room = (int) (capacity - Math.min(capacity, Objects.requireNonNull(waiting)));
            room = several ? Math.min(room, MOST_UNCOUNTED) : room;
        }
        if (room <= 0) {
            throw Problems.tooMany(
                    capacity + " jobs are waiting, which is as many as may (signalbox.queue.capacity); try again later",
                    RETRY_AFTER_SECONDS);
        }
        room--;
    }

    /** A trainer has the job, or is about to. */
    public void hold(long jobId) {
        jdbc.query(
                "select " + DEMAND + " from job where id = ?",
                row -> {
                    held.put(jobId, Demand.read(row));
                },
                jobId);
    }

    private Load load() {
        return new Load(held.values());
    }

    /** The jobs that have trainers, and their states. */
    public Map<Long, JobState> withTrainers() {
        Map<Long, JobState> states = new HashMap<>();
        jdbc.query("select id, state from job where state in (" + WITH_TRAINER + ")", row -> {
            states.put(row.getLong("id"), JobState.valueOf(row.getString("state")));
        });
        return states;
    }

    /** What the server that leads knows, as far as the table tells. */
    private Load readLoad() {
        return new Load(jdbc.query(
                "select " + DEMAND + " from job where state in (" + WITH_TRAINER + ")", (row, n) -> Demand.read(row)));
    }

    /** The trainer of the job is gone. */
    public void release(long jobId) {
        held.remove(jobId);
    }

    /**
     * The job to start next; null for none.
     *
     * @param passedOver jobs that cannot be started at the moment
     */
    public @Nullable Long next(Collection<Long> passedOver) {
        Load load = load();
        if (load.demands().size() >= machine.slots()) {
            return null;
        }
        String frugal = "";
        Demand head = head(passedOver, load, frugal);
        while (head != null && fitsCpus(head, load) && !(fitsMemory(head, load) && fitsGpus(head, load))) {
            frugal += fitsMemory(head, load) ? " and gpus = 0" : " and memory is null";
            head = head(passedOver, load, frugal);
        }
        return head != null && fitsCpus(head, load) ? (Long) head.id() : null;
    }

    /** The first that no limit of experiments and users keeps back, of those that do without what {@code frugal} says. */
    private @Nullable Demand head(Collection<Long> passedOver, Load load, String frugal) {
        OffsetDateTime now = clock.instant().atOffset(ZoneOffset.UTC);
        List<Object> arguments = new ArrayList<>(List.of(now, now.plus(Job.LONGEST_WAIT)));
        String where = frugal
                + except("experiment", load.full(Demand::experiment, perExperiment), arguments)
                + except("submitted_by", load.full(Demand::user, perUser), arguments)
                + except("id", passedOver, arguments);
        return jdbc.query(headOfQueue(where), (row, n) -> Demand.read(row), arguments.toArray()).stream()
                .findFirst()
                .orElse(null);
    }

    /**
     * State is in the order as it is in the index, for H2 to take the rows from there one by one. One that would wait longer than
     * any does was given its time before the clock was set back.
     */
    static String headOfQueue(String where) {
        return "select " + DEMAND + " from job where state = 'QUEUED'"
                + " and (not_before is null or not_before <= ? or not_before > ?)" + where
                + " order by state, priority desc, id fetch first row only";
    }

    private static String except(String column, Collection<?> values, List<Object> arguments) {
        if (values.isEmpty()) {
            return "";
        }
        arguments.addAll(values);
        return " and (" + column + " is null or " + column + " not in ("
                + String.join(",", Collections.nCopies(values.size(), "?")) + "))";
    }

    /** Where nothing else runs anything fits: a machine may have shrunk since the job was taken in. */
    private boolean fitsCpus(Demand demand, Load load) {
        return load.demands().isEmpty() || load.cpus() + demand.cpus() <= machine.cpus();
    }

    private boolean fitsMemory(Demand demand, Load load) {
        Long memory = demand.memory();
        return memory == null || load.demands().isEmpty() || load.memory() + memory <= machine.memory();
    }

    private boolean fitsGpus(Demand demand, Load load) {
        return demand.gpus() == 0 || load.demands().isEmpty() || load.gpus() + demand.gpus() <= machine.gpus();
    }

    /** Where those of the jobs stand that are queued, by id. */
    Map<Long, Place> places(Collection<Long> ids) {
        Map<Long, Place> places = new HashMap<>();
        if (!ids.isEmpty()) {
            Load load = several ? readLoad() : load();
            Map<Long, Long> positions = positions(Set.copyOf(ids));
            jdbc.query(
                    "select " + DEMAND + ", not_before, attempt from job where id in ("
                            + String.join(",", Collections.nCopies(ids.size(), "?")) + ")",
                    row -> {
                        Long position = positions.get(row.getLong("id"));
                        if (position != null) {
                            places.put(row.getLong("id"), place(row, position, load));
                        }
                    },
                    ids.toArray());
        }
        return places;
    }

    private Map<Long, Long> positions(Set<Long> ids) {
        return Objects.requireNonNull(jdbc.query(ORDER, rows -> {
            Map<Long, Long> positions = new HashMap<>();
            for (long position = 1; positions.size() < ids.size() && rows.next(); position++) {
                if (ids.contains(rows.getLong(1))) {
                    positions.put(rows.getLong(1), position);
                }
            }
            return positions;
        }));
    }

    private Place place(ResultSet row, long position, Load load) throws SQLException {
        OffsetDateTime notBefore = row.getObject("not_before", OffsetDateTime.class);
        if (notBefore != null && waits(notBefore.toInstant())) {
            return new Place(
                    position,
                    "Waits until " + notBefore.toInstant().truncatedTo(ChronoUnit.SECONDS)
                            + " to be tried again: attempt " + row.getInt("attempt") + " crashed.");
        }
        return new Place(position, reason(Demand.read(row), position, load));
    }

    private boolean waits(Instant notBefore) {
        Instant now = clock.instant();
        return notBefore.isAfter(now) && !notBefore.isAfter(now.plus(Job.LONGEST_WAIT));
    }

    private @Nullable String reason(Demand demand, long position, Load load) {
        String experiment = demand.experiment();
        if (experiment != null && load.full(Demand::experiment, perExperiment).contains(experiment)) {
            return "Waits for a job of its experiment to end: " + perExperiment
                    + " run at once (signalbox.queue.per-experiment).";
        }
        if (load.full(Demand::user, perUser).contains(demand.user())) {
            return "Waits for a job of " + demand.user() + " to end: " + perUser
                    + " run at once (signalbox.queue.per-user).";
        }
        if (load.demands().size() >= machine.slots()) {
            return "Waits for a trainer: all " + machine.slots() + " have a job (signalbox.workers.slots).";
        }
        if (!fitsCpus(demand, load)) {
            return "Waits for " + demand.cpus() + " cpus: " + load.cpus() + " of " + machine.cpus() + " are taken.";
        }
        if (!fitsMemory(demand, load)) {
            return "Waits for " + Machine.inMebi(Objects.requireNonNull(demand.memory())) + " of memory: "
                    + Machine.inMebi(load.memory()) + " of " + Machine.inMebi(machine.memory()) + " are taken.";
        }
        if (!fitsGpus(demand, load)) {
            return "Waits for a graphics processor: " + load.gpus() + " of " + machine.gpus() + " are taken.";
        }
        return position == 1 ? null : "Waits for jobs before it, which wait for cpus or memory.";
    }
}
