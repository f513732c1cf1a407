package io.signalbox.server.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.server.worker.Placement.State;
import io.signalbox.server.worker.SlurmJson.Answer;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What slurmrestd is told and says, in the shapes of 22.05 and, from v0.0.40 on, of 23.11 and later. */
class SlurmJsonTest {

    private static SlurmJson json(String version, String... more) {
        Map<String, String> values = new HashMap<>(Map.of(
                "signalbox.slurm.rest-url",
                "http://slurm:6820/slurm/" + version,
                "signalbox.slurm.token-file",
                "/token"));
        for (int i = 0; i < more.length; i += 2) {
            values.put("signalbox.slurm." + more[i], more[i + 1]);
        }
        return new SlurmJson(LauncherContract.settings("signalbox.slurm", SlurmProperties.class, values));
    }

    private static Answer answer(String body) {
        return json("v0.0.40").answer(new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8)), "me");
    }

    private static Placement placement(String state, String reason, String exit, int restarts) {
        Answer answer = answer("""
                {"jobs": [
                  {"job_id": 6, "name": "run-3-1", "user_name": "somebody"},
                  {"job_id": 7, "name": "run-3-1", "user_name": "me", "job_state": %s, "state_reason": "%s", "exit_code": %s,
                   "nodes": "n1", "restart_cnt": %d, "current_working_directory": "/home/jobs/3", "flags": ["NONE"]}],
                 "last_update": {"set": true, "infinite": false, "number": 17}, "errors": [], "warnings": []}
                """.formatted(state, reason, exit, restarts));
        assertThat(answer.said()).isEmpty();
        assertThat(answer.jobs()).hasSize(1);
        assertThat(answer.jobs().get(0).folder()).isEqualTo("/home/jobs/3");
        return answer.jobs().get(0).placement();
    }

    private static String ended(boolean bySignal, int number) {
        return """
                {"status": ["x"], "return_code": {"set": %b, "infinite": false, "number": %d},
                 "signal": {"id": {"set": %b, "infinite": false, "number": %d}, "name": ""}}
                """.formatted(!bySignal, bySignal ? 0 : number, bySignal, bySignal ? number : 0);
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", delimiter = '|', textBlock = """
            "RUNNING"                  | None            | 0     | 0 | RUNNING    | -
            "FAILED"                   | NonZeroExitCode | 21760 | 0 | EXITED     | 85
            "FAILED"                   | RaisedSignal    | 9     | 0 | EXITED     | 137
            "PENDING"                  | BeginTime       | 21760 | 1 | EXITED     | 85
            ["PENDING"]                | Resources       | 0     | 0 | WAITING    | -
            ["RUNNING", "CONFIGURING"] | None            | 0     | 0 | WAITING    | -
            ["FAILED", "COMPLETING"]   | None            | 0     | 0 | RUNNING    | -
            ["CANCELLED", "UPDATE_DB"] | None            | 0     | 0 | CANCELLED  | -
            []                         | None            | 0     | 0 | UNKNOWN    | -
            """)
    void readsAJob(String state, String reason, String exit, int restarts, State ours, @Nullable Integer code) {
        Placement placement = placement(state, reason, exit, restarts);

        assertThat(placement.state()).isEqualTo(ours);
        assertThat(placement.exitCode()).isEqualTo(code);
        assertThat(placement.id()).isEqualTo("7");
        assertThat(placement.node()).isEqualTo("n1");
    }

    @Test
    void readsHowAJobEndedSinceV40() {
        assertThat(placement("[\"COMPLETED\"]", "None", ended(false, 0), 0).exitCode())
                .isZero();
        assertThat(placement("[\"FAILED\"]", "NonZeroExitCode", ended(false, 85), 0)
                        .exitCode())
                .isEqualTo(85);
        assertThat(placement("[\"FAILED\"]", "RaisedSignal", ended(true, 9), 0).exitCode())
                .isEqualTo(137);
        assertThat(placement("[\"FAILED\"]", "BadConstraints", ended(true, 1), 0)
                        .state())
                .isEqualTo(State.REJECTED);
    }

    @Test
    void readsWhatWentWrong() {
        Answer old = answer("{\"errors\": [{\"error_code\": 2000, \"error\": \"Invalid partition name specified\"}]}");
        Answer since40 = answer("""
                {"errors": [{"description": "Unable to query jobs", "error_number": 1007,
                  "error": "Protocol authentication error", "source": "slurm_load_jobs()"}], "warnings": []}
                """);

        assertThat(old.isRefusal()).isTrue();
        assertThat(old.said()).isEqualTo("Invalid partition name specified");
        assertThat(since40.isRefusal()).isFalse();
        assertThat(since40.said()).isEqualTo("Unable to query jobs; Protocol authentication error");
    }

    @Test
    void readsTheIdOfWhatWasSubmitted() {
        assertThat(answer("{\"meta\": {\"job_id\": 1}, \"errors\": [], \"job_id\": 12, \"step_id\": \"BATCH\"}")
                        .jobId())
                .isEqualTo("12");
        assertThat(answer("{\"errors\": []}").jobId()).isNull();
    }

    private static JsonNode job(String version, String... settings) {
        SlurmRequest request =
                new SlurmRequest("run-7-2", Path.of("/shared/100%/7"), 4, 2, 3073, 90, 67L, "#!/bin/sh\nexec java\n");
        JsonNode body = new JsonMapper().readTree(json(version, settings).submission(request));
        assertThat(body.path("script").stringValue()).isEqualTo(request.script());
        return body.path("job");
    }

    @Test
    void asksV38InPlainNumbersAndWords() {
        assertThat(job("v0.0.38")).isEqualTo(new JsonMapper().readTree("""
                {"name": "run-7-2", "current_working_directory": "/shared/100%/7",
                 "standard_output": "/shared/100%%/7/trainer.log", "open_mode": "append",
                 "environment": {"PATH": "/usr/local/bin:/usr/bin:/bin"}, "no_requeue": true, "nodes": 1, "tasks": 1,
                 "cpus_per_task": 4, "memory_per_node": 3073, "nice": 90, "gres": "gpu:2", "time_limit": 67}
                """));
    }

    @Test
    void asksV40AndLaterInItsOwn() {
        assertThat(job("v0.0.42", "partition", "gpu", "account", "lab", "qos", "long"))
                .isEqualTo(new JsonMapper().readTree("""
                {"name": "run-7-2", "current_working_directory": "/shared/100%/7",
                 "standard_output": "/shared/100%%/7/trainer.log", "open_mode": ["APPEND"],
                 "environment": ["PATH=/usr/local/bin:/usr/bin:/bin"], "requeue": false, "nodes": "1", "tasks": 1,
                 "cpus_per_task": 4, "memory_per_node": {"set": true, "infinite": false, "number": 3073}, "nice": 90,
                 "tres_per_node": "gres/gpu:2", "time_limit": {"set": true, "infinite": false, "number": 67},
                 "partition": "gpu", "account": "lab", "qos": "long"}
                """));
    }

    @Property(tries = 200)
    void whatIsNoAnswerIsToldAsThatAndNothingElse(@ForAll String said) {
        for (String body : new String[] {said, "{\"jobs\": [" + said, "{\"jobs\": [{\"exit_code\": " + said + "}]}"}) {
            try {
                answer(body).jobs().forEach(SlurmJob::placement);
            } catch (JacksonException expected) {
                assertThat(expected).isNotNull();
            }
        }
    }
}
