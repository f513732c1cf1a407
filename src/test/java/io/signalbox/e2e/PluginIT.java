package io.signalbox.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.harness.Api;
import io.signalbox.harness.Fixtures;
import io.signalbox.harness.Jobs;
import io.signalbox.harness.PluginJar;
import io.signalbox.harness.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The example plugin and some bad ones, in the service as users run it. */
class PluginIT {

    private static final String HALVE = "callbacks: [{type: HalveEvery, epochs: %s}]";

    private ServerProcess server;
    private Jobs jobs;
    private Path plugins;

    @BeforeEach
    void start(@TempDir Path folder) throws IOException {
        plugins = Files.createDirectories(folder.resolve("home/plugins"));
        PluginJar.example(plugins.resolve("halve.jar"));
        server = ServerProcess.start(folder, "signalbox.workers.slots=1", "signalbox.workers.warm=0");
        jobs = server.jobs();
        Fixtures.uploadCorners(server.api(), 64).expect(201);
    }

    @AfterEach
    void end() {
        server.close();
    }

    @Test
    void isInTheCatalogueCheckedAtSubmissionAndAtWorkInTheTrainer() {
        JsonNode entry = entry("HalveEvery");
        assertThat(entry.at("/schema/properties/epochs/minimum").asInt()).isEqualTo(1);
        assertThat(entry.at("/schema/x-plugin").asString()).isEqualTo("halve.jar");

        JsonNode refusal =
                server.api().post("/jobs", Api.YAML, spec("0")).expect(422).json();
        assertThat(refusal.at("/errors/0/pointer").asString()).isEqualTo("#/callbacks/0/epochs");

        long id = jobs.submit(spec("2"));
        JsonNode job = jobs.awaitState(id, "completed");
        assertThat(job.path("learning_rate_owner").asString()).isEqualTo("halve_every");
        assertThat(jobs.events(id, "learning_rate_changed")).hasSize(2);
    }

    @Test
    void badOnesCostAMessageAndNothingElse() throws IOException {
        Files.writeString(plugins.resolve("a-text.jar"), "no jar at all");
        PluginJar.broken(plugins.resolve("broken.jar"));
        PluginJar.example(plugins.resolve("twice.jar"));

        String refusal = server.api()
                .post("/jobs", Api.YAML, spec("2").replace("HalveEvery", "NotThere"))
                .expect(422)
                .text();

        assertThat(refusal)
                .contains("a-text.jar: is no jar", "broken.jar: a class of it", "twice.jar: its type HalveEvery");
        assertThat(entry("HalveEvery").at("/schema/x-plugin").asString()).isEqualTo("halve.jar");
        assertThat(jobs.awaitState(jobs.submit(spec("2")), "completed")).isNotNull();
    }

    private JsonNode entry(String name) {
        for (JsonNode entry : server.api().get("/catalogue/callbacks").json().path("items")) {
            if (entry.path("name").asString().equals(name)) {
                return entry;
            }
        }
        throw new AssertionError(name + " is not in the catalogue");
    }

    private static String spec(String epochs) {
        return Fixtures.cornersJob(5) + "\n" + String.format(HALVE, epochs) + "\n";
    }
}
