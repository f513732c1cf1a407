package io.signalbox.server.job;

import io.signalbox.event.JobState;
import io.signalbox.server.web.Page;
import io.signalbox.server.web.Paging;
import io.signalbox.server.web.Problems;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Repository;

/** Finds the jobs of a list by filter, page by page. */
@Repository
public class JobList {

    /** What a list can be sorted by: the wire's name and an expression that is never null. */
    private static final Map<String, String> SORTS = Map.of(
            "created_at", "j.id",
            "name", "coalesce(j.name, '')",
            "experiment", "coalesce(j.experiment, '')",
            "state", "j.state",
            "priority", "j.priority");

    private final JdbcTemplate jdbc;

    JobList(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** What to list; null leaves a part open. {@code sort} is a field, with {@code -} in front for descending. */
    public record Filter(
            @Nullable String state,
            @Nullable String experiment,
            @Nullable String tag,
            @Nullable String q,
            @Nullable String sort) {}

    /** The first jobs of a filter, by id; of these alone where there are some given. */
    public List<Long> first(Filter filter, @Nullable List<Long> ids, int most) {
        List<Object> arguments = new ArrayList<>();
        StringBuilder where = new StringBuilder(" where 1 = 1");
        conditions(filter, where, arguments);
        if (ids != null) {
            where.append(" and j.id in ("
                    + String.join(",", ids.stream().map(id -> "?").toList()) + ")");
            arguments.addAll(ids);
        }
        arguments.add(most);
        return jdbc.queryForList(
                "select j.id from job j" + where + " order by j.id limit ?", Long.class, arguments.toArray());
    }

    Page<Long> find(Filter filter, Paging paging) {
        List<Object> arguments = new ArrayList<>();
        StringBuilder where = new StringBuilder(" where 1 = 1");
        conditions(filter, where, arguments);
        String sort = filter.sort() == null ? "-created_at" : filter.sort();
        boolean descending = sort.startsWith("-");
        String field = SORTS.get(descending ? sort.substring(1) : sort);
        if (field == null) {
            throw Problems.invalidParameter(
                    "sort", sort, "one of " + new TreeSet<>(SORTS.keySet()) + ", with - in front for descending");
        }
        String order = descending ? " desc" : "";
        Long after = paging.afterNumber();
        if (after != null) {
            String than = descending ? " < " : " > ";
            where.append(" and (" + field + than + "(select " + field + " from job j where j.id = ?) or (" + field
                    + " = (select " + field + " from job j where j.id = ?) and j.id" + than + "?))");
            arguments.addAll(List.of(after, after, after));
        }
        arguments.add(paging.limit() + 1);
        List<Long> ids = jdbc.queryForList(
                "select j.id from job j" + where + " order by " + field + order + ", j.id" + order + " limit ?",
                Long.class,
                arguments.toArray());
        return Page.of(ids, paging, String::valueOf);
    }

    private static void conditions(Filter filter, StringBuilder where, List<Object> arguments) {
        String state = filter.state();
        if (state != null) {
            List<String> states =
                    Arrays.stream(state.split(",")).map(JobList::state).toList();
            where.append(" and j.state in ("
                    + String.join(",", states.stream().map(s -> "?").toList()) + ")");
            arguments.addAll(states);
        }
        String experiment = filter.experiment();
        if (experiment != null) {
            where.append(" and j.experiment = ?");
            arguments.add(experiment);
        }
        String tag = filter.tag();
        if (tag != null) {
            where.append(" and exists (select 1 from job_tag t where t.job_id = j.id and t.tag = ?)");
            arguments.add(tag);
        }
        String q = filter.q();
        if (q != null && !q.isBlank()) {
            where.append(
                    " and (lower(coalesce(j.name, '')) like ? escape '!' or lower(coalesce(j.experiment, '')) like ? escape '!')");
            String pattern = "%" + q.toLowerCase(Locale.ROOT).replaceAll("([!%_])", "!$1") + "%";
            arguments.addAll(List.of(pattern, pattern));
        }
    }

    private static String state(String name) {
        for (JobState state : JobState.values()) {
            if (state.wireName().equals(name)) {
                return state.name();
            }
        }
        throw Problems.invalidParameter(
                "state",
                name,
                "one of "
                        + Arrays.stream(JobState.values())
                                .map(JobState::wireName)
                                .toList());
    }
}
