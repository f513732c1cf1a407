package io.signalbox.server.artifact;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.callback.Artifacts;
import io.signalbox.event.Event;
import io.signalbox.event.EventDetail;
import io.signalbox.event.EventDetail.Artifact;
import io.signalbox.event.EventDetail.TrainBegin;
import io.signalbox.server.Caller;
import io.signalbox.server.Home;
import io.signalbox.server.PausedJob;
import io.signalbox.server.ServerTest;
import io.signalbox.server.ingest.Ingest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;
import tools.jackson.databind.JsonNode;

@ServerTest
class ArtifactApiTest {

    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678Z");

    @Autowired
    private Ingest ingest;

    @Autowired
    private Home home;

    @Autowired
    private JdbcTemplate jdbc;

    @Autowired
    private Caller caller;

    private long job;
    private long seq;

    @BeforeEach
    void aJob() {
        job = PausedJob.insert(jdbc);
        seq = 0;
    }

    private void tell(int epoch, long step, EventDetail detail) {
        ingest.receive(job, List.of(new Event(seq++, NOW, job, 1, epoch, step, detail)));
    }

    private void keep(String name, int epoch, long step, int keep) throws IOException {
        Path file = home.job(job).resolve(Artifacts.file(name, step));
        Files.createDirectories(file.getParent());
        Files.writeString(file, "{\"epoch\":" + epoch + "}");
        tell(epoch, step, new Artifact("table", name, "x", Files.size(file), "aa", keep));
    }

    private Caller.Response get(String path) {
        return caller.authorized("GET", "/api/v1/jobs/" + job + path).send();
    }

    private List<String> listed(String query) {
        List<String> found = new ArrayList<>();
        for (JsonNode item : get("/artifacts" + query).json().get("items")) {
            found.add(item.get("name").asString() + "@" + item.get("step").asLong());
        }
        return found;
    }

    @Test
    void areListedByStepAndAnsweredAsTheyWereWritten() throws IOException {
        keep("confusion_matrix", 0, 10, 9);
        keep("a_second", 0, 10, 9);
        keep("confusion_matrix", 1, 20, 9);

        assertThat(listed("")).containsExactly("a_second@10", "confusion_matrix@10", "confusion_matrix@20");
        assertThat(listed("?name=confusion_matrix")).containsExactly("confusion_matrix@10", "confusion_matrix@20");
        assertThat(listed("?kind=image")).isEmpty();
        assertThat(get("/artifacts/confusion_matrix/20").body()).isEqualTo("{\"epoch\":1}");
    }

    @Test
    void arePagedByTheServer() throws IOException {
        keep("a", 0, 10, 9);
        keep("b", 0, 10, 9);
        keep("a", 1, 20, 9);

        JsonNode first = get("/artifacts?limit=2").json();

        assertThat(listed("?limit=2")).containsExactly("a@10", "b@10");
        assertThat(listed("?limit=2&cursor=" + first.get("next_cursor").asString()))
                .containsExactly("a@20");
    }

    @Test
    void oneThatIsMadeTwiceIsThereOnce() throws IOException {
        keep("a", 0, 10, 9);
        keep("a", 1, 20, 9);
        tell(1, 10, new TrainBegin(9, 10, 100, "backup-10"));
        assertThat(listed("")).as("later ones are void").containsExactly("a@10");

        keep("a", 1, 20, 9);
        assertThat(listed("")).containsExactly("a@10", "a@20");
    }

    @Test
    void onlyTheNewestAreKept() throws IOException {
        for (int epoch = 0; epoch < 5; epoch++) {
            keep("a", epoch, epoch * 10L, 2);
        }

        assertThat(listed("")).containsExactly("a@30", "a@40");
    }

    @Test
    void whatIsNotThereIsNotFound() throws IOException {
        assertThat(get("/artifacts?kind=hologram").status()).isEqualTo(422);
        assertThat(get("/artifacts?name=a%00b").status()).isIn(400, 422);
        keep("a", 0, 10, 9);
        Files.delete(home.job(job).resolve(Artifacts.file("a", 10)));

        for (String path : List.of("a/10", "a/11", "b/10", "..%2Fa/10")) {
            assertThat(get("/artifacts/" + path).status()).as(path).isIn(400, 404);
        }
        assertThat(get("/tensorboard").status()).isEqualTo(404);
    }

    @Test
    void tensorBoardsFilesAreOneZip() throws Exception {
        Path folder = Files.createDirectories(home.job(job).resolve("tensorboard/train"));
        Files.writeString(folder.resolve("events.out.tfevents.1.tb"), "events");
        Files.writeString(folder.resolve("half.tsv.tmp"), "half");

        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://localhost:" + caller.port() + "/api/v1/jobs/" + job + "/tensorboard"))
                .header("Authorization", "Bearer " + caller.token())
                .build();
        byte[] zip = HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofByteArray())
                .body();

        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
            ZipEntry entry = in.getNextEntry();
            assertThat(entry.getName()).isEqualTo("tensorboard/train/events.out.tfevents.1.tb");
            assertThat(in.readAllBytes()).asString().isEqualTo("events");
            assertThat(in.getNextEntry()).isNull();
        }
    }
}
