package io.signalbox.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import tools.jackson.databind.JsonNode;

/** What users do with jobs. Waits are on conditions, and end early when the condition cannot come any more. */
public final class Jobs {

    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final Duration POLL = Duration.ofMillis(50);
    private static final Set<String> ENDED = Set.of("completed", "stopped", "failed", "cancelled");
    private static final int PAGE = 500;

    private final Supplier<Api> api;
    private final Supplier<String> log;
    private final Duration patience;

    Jobs(ServerProcess server) {
        this.api = server::api;
        this.log = server::logTail;
        this.patience = PATIENCE;
    }

    /** Those of a server that runs in this process. */
    public Jobs(Api api) {
        this.api = () -> api;
        this.log = () -> "see above";
        this.patience = PATIENCE;
    }

    private Jobs(Jobs other, Duration patience) {
        this.api = other.api;
        this.log = other.log;
        this.patience = patience;
    }

    /** The same, for jobs that train for long: each wait may take so much time. */
    public Jobs patient(Duration time) {
        return new Jobs(this, time);
    }

    /** Submits a spec in YAML and returns the job's id. */
    public long submit(String yaml) {
        Answer answer = api.get().post("/jobs", Api.YAML, yaml).expect(201);
        long id = answer.json().path("id").longValue();
        assertThat(answer.header("Location")).endsWith("/api/v1/jobs/" + id);
        return id;
    }

    public JsonNode get(long id) {
        return api.get().get("/jobs/" + id).expect(200).json();
    }

    public String state(long id) {
        return get(id).path("state").stringValue();
    }

    /** Waits until the job is in the state, and fails at once when it has ended in another. */
    public JsonNode awaitState(long id, String state) {
        return await(
                id, "state " + state, job -> job.path("state").stringValue().equals(state));
    }

    /** Waits until so many epochs of the job have ended. */
    public JsonNode awaitEpochs(long id, int epochs) {
        await(
                id,
                epochs + " epochs in its history",
                job -> history(id).path("rows").size() >= epochs);
        return get(id);
    }

    /** Waits until the job is as wanted. */
    public JsonNode await(long id, String what, Predicate<JsonNode> wanted) {
        return Awaitility.await("job " + id + ": " + what)
                .atMost(patience)
                .pollInterval(POLL)
                .until(
                        () -> {
                            JsonNode job = get(id);
                            if (!wanted.test(job)
                                    && ENDED.contains(job.path("state").stringValue())) {
                                fail(job, what);
                            }
                            return job;
                        },
                        wanted::test);
    }

    private void fail(JsonNode job, String what) {
        throw new AssertionError("job " + job.path("id") + " ended as " + job.path("state") + " (" + job.path("reason")
                + ") instead of reaching " + what + "\n--- its trainer:\n" + trainerLog(job) + "\n--- the server:\n"
                + log.get());
    }

    private String trainerLog(JsonNode job) {
        return api.get().get("/jobs/" + job.path("id").longValue() + "/logs").text();
    }

    /** Asks for a command and returns it as the service took it. */
    public JsonNode command(long id, String json) {
        return api.get()
                .post("/jobs/" + id + "/commands", Api.JSON, json)
                .expect(202)
                .json();
    }

    /** Asks for a command and waits until it is applied. */
    public JsonNode applied(long id, String json) {
        return awaitApplied(id, command(id, json).path("id").asString());
    }

    /** Waits until a command is applied. */
    public JsonNode awaitApplied(long id, String command) {
        return Awaitility.await("command " + command + " to be applied")
                .atMost(patience)
                .pollInterval(POLL)
                .until(
                        () -> api.get()
                                .get("/jobs/" + id + "/commands/" + command)
                                .expect(200)
                                .json(),
                        state -> {
                            assertThat(state.path("state").stringValue())
                                    .as("command %s", state)
                                    .isIn("pending", "applied");
                            return state.path("state").stringValue().equals("applied");
                        });
    }

    public JsonNode history(long id) {
        return api.get().get("/jobs/" + id + "/history").expect(200).json();
    }

    /** All events of the job, page by page. */
    public List<JsonNode> events(long id) {
        List<JsonNode> events = new ArrayList<>();
        while (true) {
            long after = events.isEmpty()
                    ? -1
                    : events.get(events.size() - 1).path("seq").longValue();
            List<JsonNode> page = Json.elements(api.get()
                            .get("/jobs/" + id + "/events?after=" + after + "&limit=" + PAGE)
                            .expect(200)
                            .json()
                            .path("items"))
                    .toList();
            if (page.isEmpty()) {
                return events;
            }
            events.addAll(page);
        }
    }

    public List<JsonNode> events(long id, String type) {
        return events(id).stream()
                .filter(event -> event.path("type").stringValue().equals(type))
                .toList();
    }

    /** The checkpoints, by the API. */
    public List<JsonNode> checkpoints(long id) {
        JsonNode answer =
                api.get().get("/jobs/" + id + "/checkpoints").expect(200).json();
        return Json.elements(answer.has("items") ? answer.path("items") : answer)
                .toList();
    }

    /** The whole stream, which must be numbered 0, 1, 2 … and end with the state. */
    public List<JsonNode> wholeStream(long id, String lastState) {
        List<JsonNode> events = events(id);
        for (int i = 0; i < events.size(); i++) {
            assertThat(events.get(i).path("seq").longValue())
                    .as("seq of event %s of job %s: %s", i, id, events.get(i))
                    .isEqualTo(i);
        }
        JsonNode last = events.get(events.size() - 1);
        assertThat(last.path("type").stringValue()).as("%s", last).isEqualTo("state_changed");
        assertThat(last.path("to").stringValue()).as("%s", last).isEqualTo(lastState);
        return events;
    }

    /** The epochs of the history, in order. */
    public List<Integer> epochs(long id) {
        return Json.elements(history(id).path("rows"))
                .map(row -> row.path(0).intValue())
                .toList();
    }

    /** What {@link #epochs} tells of a job that has so many. */
    public static List<Integer> firstEpochs(int count) {
        return IntStream.range(0, count).boxed().toList();
    }
}
