package io.signalbox.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.checkpoint.CheckpointFolder;
import io.signalbox.checkpoint.Manifest;
import io.signalbox.harness.Answer;
import io.signalbox.harness.Api;
import io.signalbox.harness.Fixtures;
import io.signalbox.harness.Json;
import io.signalbox.harness.ServerProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import tools.jackson.databind.JsonNode;

/**
 * What holds after any fault, read from the API, the home folder, the journals and the system's processes. Knows the jobs
 * that were acknowledged, for it submits them.
 */
final class Invariants {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final long HEAP_BYTES = 256L << 20;
    private static final Path PROC = Path.of("/proc");

    /** The legal moves, as DESIGN.md has them, and what ends a trainer that could not say so itself. */
    private static final Map<String, Set<String>> LEGAL = Map.of(
            "queued", Set.of("starting", "stopped", "cancelled", "failed"),
            "starting", Set.of("running", "queued", "stopped", "cancelled", "failed"),
            "running",
                    Set.of("paused", "stopping", "suspended", "queued", "completed", "stopped", "cancelled", "failed"),
            "paused", Set.of("running", "stopping", "suspended", "queued", "stopped", "cancelled", "failed"),
            "stopping", Set.of("stopped", "completed", "cancelled", "failed"),
            "suspended", Set.of("queued", "stopped", "cancelled"),
            "completed", Set.of("queued"),
            "stopped", Set.of("queued"),
            "failed", Set.of("queued"),
            "cancelled", Set.of("queued"));

    private static final Set<String> ENDED = Set.of("completed", "stopped", "failed", "cancelled");

    private record Acknowledged(String key, String spec) {}

    private final ServerProcess server;
    private final Map<Long, Acknowledged> acknowledged = new LinkedHashMap<>();

    Invariants(ServerProcess server) {
        this.server = server;
    }

    /** Submits a job under an idempotency key; what throws was not acknowledged. */
    long submit(String key, String spec) {
        Answer answer = server.api().post("/jobs", Api.YAML, spec, Map.of("Idempotency-Key", key));
        assertThat(answer.status()).as(answer.text()).isIn(200, 201);
        long id = answer.json().path("id").longValue();
        acknowledged.put(id, new Acknowledged(key, spec));
        return id;
    }

    /** All nine. The fault is over and the server up; jobs may still be at work. */
    void check() {
        checkAllButTheLog();
        serverIsCalmAndSmall();
    }

    /** Eight of them: where the database itself failed, those who use it say so. */
    void checkAllButTheLog() {
        serverIsWellAndTakesWork(); // first, for the rest may have to wait for it
        everyAcknowledgedJobIsThereOnce();
        for (long id : ids()) {
            List<JsonNode> events = server.jobs().events(id);
            JsonNode job = server.jobs().get(id);
            streamIsWholeAndTheTrainersOwn(id, events);
            statesMoveLegally(id, events, job);
            oneTrainerAtATime(id);
            checkpointsVerify(id, job);
            projectionsAreTheFoldOfTheStream(id, job);
        }
        nothingIsLeftBehind();
    }

    /** I1. */
    private void everyAcknowledgedJobIsThereOnce() {
        assertThat(ids()).doesNotHaveDuplicates().containsAll(acknowledged.keySet());
        acknowledged.forEach((id, job) -> {
            Answer again = server.api().post("/jobs", Api.YAML, job.spec(), Map.of("Idempotency-Key", job.key()));
            assertThat(again.expect(200).json().path("id").longValue()).isEqualTo(id);
        });
    }

    /** I2. */
    private void streamIsWholeAndTheTrainersOwn(long id, List<JsonNode> events) {
        for (int i = 0; i < events.size(); i++) {
            assertThat(events.get(i).path("seq").longValue()).isEqualTo(i);
        }
        boolean ended = ENDED.contains(server.jobs().state(id));
        Set<Integer> fenced = new HashSet<>();
        int attempt = 0;
        for (JsonNode told : journals(id)) {
            int seq = told.path("seq").intValue();
            boolean first = told.path("attempt").intValue() > attempt;
            attempt = told.path("attempt").intValue();
            if (first && seq < events.size() && events.get(seq).path("attempt").intValue() != attempt) {
                fenced.add(attempt); // the server had taken it for dead before it said a word, and heard none
            }
            if (!fenced.contains(attempt) && (ended || seq < events.size())) {
                assertThat(events).as("job %s holds event %s", id, seq).hasSizeGreaterThan(seq);
                assertThat(events.get(seq)).isEqualTo(told);
            }
        }
        assertThat(fenced).as("attempts of job %s that came too late", id).hasSizeLessThanOrEqualTo(1);
    }

    /** I3. */
    private static void statesMoveLegally(long id, List<JsonNode> events, JsonNode job) {
        String state = "queued";
        int attempt = 0;
        for (JsonNode event : events) {
            int now = event.path("attempt").intValue();
            assertThat(now).as("job %s, %s", id, event).isBetween(attempt, attempt + 1);
            attempt = now;
            if (event.path("type").stringValue().equals("state_changed") && event.hasNonNull("from")) {
                assertThat(event.path("from").stringValue())
                        .as("job %s, %s", id, event)
                        .isEqualTo(state);
                assertThat(LEGAL.get(state))
                        .as("job %s, %s", id, event)
                        .contains(event.path("to").stringValue());
                state = event.path("to").stringValue();
            } else {
                assertThat(state)
                        .as("job %s tells nothing after its end: %s", id, event)
                        .isNotIn(ENDED);
            }
        }
        if (ENDED.contains(state)) {
            assertThat(job.path("state").stringValue()).isEqualTo(state);
            assertThat(job.path("attempt").intValue()).isEqualTo(attempt);
        }
    }

    /** I4: no attempt tells anything once its successor has, and one process has the job's lock file open. */
    private void oneTrainerAtATime(long id) {
        TreeMap<Integer, String> last = new TreeMap<>();
        for (JsonNode told : journals(id)) {
            int attempt = told.path("attempt").intValue();
            String at = told.path("at").stringValue();
            Map.Entry<Integer, String> before = last.lowerEntry(attempt);
            assertThat(before == null || before.getValue().compareTo(at) <= 0)
                    .as("job %s: attempt %s told at %s, the one before until %s", id, attempt, at, before)
                    .isTrue();
            last.put(attempt, at);
        }
        Path lock = job(id).resolve("attempt.lock");
        Awaitility.await("one holder of " + lock)
                .atMost(SOON)
                .until(() -> processes(process -> holds(process, lock)).size() <= 1);
    }

    /** I5. */
    private void checkpointsVerify(long id, JsonNode job) {
        CheckpointFolder folder = new CheckpointFolder(job(id).resolve("checkpoints"));
        if (!ENDED.contains(job.path("state").stringValue())) {
            folder.list().forEach(manifest -> assertThat(manifest.name()).isNotBlank());
            return;
        }
        List<String> whole = folder.list().stream().map(Manifest::name).toList();
        whole.forEach(folder::verify);
        for (JsonNode told : server.jobs().checkpoints(id)) {
            assertThat(whole).contains(told.path("name").stringValue());
            assertThat(folder.read(told.path("name").stringValue()).sha256())
                    .isEqualTo(told.path("sha256").stringValue());
        }
    }

    /** I6: the only processes in the home folder are those that the server knows; what ended leaves no half directory. */
    private void nothingIsLeftBehind() {
        if (Files.isDirectory(PROC)) {
            Awaitility.await("no process but the trainers that the server knows")
                    .atMost(SOON)
                    .untilAsserted(() -> {
                        List<Long> known = server.trainers().stream()
                                .map(trainer -> trainer.path("pid").longValue(-1))
                                .toList();
                        assertThat(processes(this::worksInHome)).isSubsetOf(known);
                    });
        }
        for (long id : ids()) {
            if (server.jobs().state(id).equals("completed")) {
                assertThat(names(job(id).resolve("checkpoints")))
                        .noneMatch(name -> name.startsWith(".tmp-") || name.startsWith(".trash-"));
            }
        }
    }

    /** I7. */
    private void serverIsCalmAndSmall() {
        assertThat(server.log().lines().filter(line -> line.matches("\\S+ +ERROR .*")))
                .isEmpty();
        double heap = server.api()
                .get("//actuator/prometheus", "text/plain")
                .expect(200)
                .text()
                .lines()
                .filter(line -> line.startsWith("jvm_memory_used_bytes{area=\"heap\""))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
        assertThat(heap).isBetween(1.0, (double) HEAP_BYTES);
    }

    /** I8. */
    private void projectionsAreTheFoldOfTheStream(long id, JsonNode job) {
        if (!ENDED.contains(job.path("state").stringValue())) {
            return; // it moves on while we look
        }
        TreeMap<Integer, JsonNode> epochs = new TreeMap<>();
        Map<String, String> checkpoints = new TreeMap<>();
        List<String> commands = new ArrayList<>();
        for (JsonNode event : server.jobs().events(id)) {
            switch (event.path("type").stringValue()) {
                case "train_begin" ->
                    epochs.tailMap(event.path("epoch").intValue(0)).clear();
                case "epoch_end" -> epochs.put(event.path("epoch").intValue(), event.path("logs"));
                case "checkpoint_saved" ->
                    checkpoints.put(
                            event.path("name").stringValue(),
                            event.path("sha256").stringValue());
                case "checkpoint_removed" ->
                    checkpoints.remove(event.path("name").stringValue());
                case "command_applied" -> commands.add(event.path("command_id").asString());
                default -> assertThat(event.hasNonNull("type")).isTrue();
            }
        }
        assertHistory(server.jobs().history(id), epochs);
        Map<String, String> known = new TreeMap<>();
        server.jobs()
                .checkpoints(id)
                .forEach(it -> known.put(
                        it.path("name").stringValue(), it.path("sha256").stringValue()));
        assertThat(known).as("checkpoints of job %s", id).isEqualTo(checkpoints);
        assertThat(commands).as("commands that job %s applied", id).doesNotHaveDuplicates();
        for (JsonNode command : items("/jobs/" + id + "/commands")) {
            String state = command.path("state").stringValue();
            assertThat(state).as("%s", command).isNotEqualTo("pending");
            assertThat(state.equals("applied"))
                    .isEqualTo(commands.contains(command.path("id").asString()));
        }
    }

    private static void assertHistory(JsonNode history, TreeMap<Integer, JsonNode> epochs) {
        List<String> columns = Json.elements(history.path("columns"))
                .map(JsonNode::stringValue)
                .toList();
        List<JsonNode> rows = Json.elements(history.path("rows")).toList();
        assertThat(rows).extracting(row -> row.path(0).intValue()).containsExactlyElementsOf(epochs.keySet());
        for (JsonNode row : rows) {
            for (int column = 1; column < columns.size(); column++) {
                assertThat(row.path(column))
                        .isEqualTo(epochs.get(row.path(0).intValue()).path(columns.get(column)));
            }
        }
    }

    /** I9. */
    private void serverIsWellAndTakesWork() {
        Awaitility.await("health")
                .atMost(SOON)
                .until(() ->
                        server.api().withoutToken().get("//actuator/health").status() == 200);
        List<Long> queue = items("/jobs?state=queued&limit=500").stream()
                .sorted(Comparator.comparingInt(
                        job -> job.path("queue_position").intValue()))
                .map(job -> job.path("id").longValue())
                .toList();
        assertThat(queue).as("first come, first served").isSorted();
        long next = submit("new-" + acknowledged.size(), Fixtures.flowersJob(1));
        server.jobs().awaitState(next, "completed");
    }

    private List<Long> ids() {
        return items("/jobs?limit=500").stream()
                .map(job -> job.path("id").longValue())
                .toList();
    }

    private List<JsonNode> items(String path) {
        JsonNode answer = server.api().get(path).expect(200).json();
        return Json.elements(answer.has("items") ? answer.path("items") : answer)
                .toList();
    }

    private Path job(long id) {
        return server.home().resolve("jobs").resolve(Long.toString(id));
    }

    /** What the job's trainers wrote for themselves, attempt by attempt; a torn last line is left out. */
    private List<JsonNode> journals(long id) {
        List<JsonNode> told = new ArrayList<>();
        for (int attempt = 1; ; attempt++) {
            Path journal = job(id).resolve(Path.of("attempts", Integer.toString(attempt), "journal.ndjson"));
            if (Files.notExists(journal)) {
                if (Files.notExists(job(id).resolve(Path.of("attempts", Integer.toString(attempt + 1))))) {
                    return told;
                }
                continue;
            }
            String text = read(journal);
            text.substring(0, text.lastIndexOf('\n') + 1)
                    .lines()
                    .forEach(line -> told.add(Json.read(line).path("event")));
        }
    }

    private boolean worksInHome(long pid) {
        try {
            return PROC.resolve(pid + "/cwd")
                    .toRealPath()
                    .startsWith(server.home().toRealPath());
        } catch (IOException gone) {
            return false;
        }
    }

    private static boolean holds(long pid, Path file) {
        try (DirectoryStream<Path> open = Files.newDirectoryStream(PROC.resolve(pid + "/fd"))) {
            for (Path descriptor : open) {
                if (Files.isSymbolicLink(descriptor)
                        && Files.readSymbolicLink(descriptor).equals(file)) {
                    return true;
                }
            }
            return false;
        } catch (IOException gone) {
            return false;
        }
    }

    private List<Long> processes(Predicate<Long> wanted) {
        return ProcessHandle.allProcesses()
                .map(ProcessHandle::pid)
                .filter(pid -> pid != server.pid())
                .filter(wanted)
                .toList();
    }

    private static List<String> names(Path folder) {
        try (Stream<Path> entries = Files.exists(folder) ? Files.list(folder) : Stream.empty()) {
            return entries.map(entry -> entry.getFileName().toString()).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
