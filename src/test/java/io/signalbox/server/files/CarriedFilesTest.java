package io.signalbox.server.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.signalbox.harness.Api;
import io.signalbox.harness.Jobs;
import io.signalbox.harness.Json;
import io.signalbox.harness.S3Server;
import io.signalbox.server.Caller;
import io.signalbox.server.Home;
import io.signalbox.server.ServerTest;
import io.signalbox.server.SignalboxProperties;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.ContextConfiguration;
import org.springframework.util.FileSystemUtils;

/** Real trainers that share nothing with the server but a bucket and the link. */
@ServerTest
@DirtiesContext
@ExtendWith(OutputCaptureExtension.class)
@ContextConfiguration(initializers = {ServerTest.TemporaryHome.class, CarriedFilesTest.WithBucket.class})
class CarriedFilesTest {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final S3Server STORE = new S3Server();
    private static final Path NODE =
            Path.of("target", "node-" + UUID.randomUUID()).toAbsolutePath();

    @Autowired
    private Caller caller;

    @Autowired
    private Home home;

    @Autowired
    private JobFiles files;

    @Autowired
    private SignalboxProperties properties;

    static final class WithBucket implements ApplicationContextInitializer<ConfigurableApplicationContext> {
        @Override
        public void initialize(ConfigurableApplicationContext context) {
            TestPropertyValues.of(
                            "signalbox.files.store=s3",
                            "signalbox.files.s3.bucket=" + S3Server.BUCKET,
                            "signalbox.files.s3.endpoint=" + STORE.endpoint(),
                            "signalbox.files.node-folder=" + NODE)
                    .applyTo(context);
        }
    }

    @BeforeEach
    void keys() {
        System.setProperty("aws.accessKeyId", S3Server.ACCESS_KEY);
        System.setProperty("aws.secretAccessKey", S3Server.SECRET_KEY);
    }

    @AfterEach
    void forgetThem() {
        System.clearProperty("aws.accessKeyId");
        System.clearProperty("aws.secretAccessKey");
    }

    @Test
    void goesOnFromTheBucketWhenItsNodeIsLost() throws IOException {
        long job = submit("BackupAndRestore, save_freq: 20", 100_000);
        await().atMost(SOON).until(() -> !checkpoints(job).isEmpty());

        try (FileChannel lock = FileChannel.open(home.job(job).resolve("attempt.lock"), StandardOpenOption.WRITE)) {
            assertThat(lock.tryLock())
                    .as("what the next server finds the trainer by")
                    .isNull();
        }
        killTrainer(job);
        FileSystemUtils.deleteRecursively(properties.files().nodeFolder());
        jobs().await(
                        job,
                        "a second attempt",
                        view -> view.path("attempt").asInt() == 2
                                && view.path("state").asString().equals("running"));
        jobs().applied(job, "{\"type\": \"stop\"}");
        jobs().awaitState(job, "stopped");

        assertThat(resumedFrom(job)).hasSize(2).last().asString().startsWith("backup-");
        assertThat(checkpoints(job))
                .contains("final")
                .allSatisfy(name ->
                        assertThat(files(job, name)).contains(name + "/manifest.json", name + "/model.safetensors"));
        assertThat(kept(job))
                .as("what was removed or replaced is gone but for the last")
                .isBetween((long) checkpoints(job).size(), checkpoints(job).size() + 1L);
        assertThat(api().get("/jobs/" + job + "/logs").expect(200).text()).contains("Checkpoint final saved");
    }

    @Test
    void startsNothingWhileTheBucketRefusesAndAllOfItAfterwards(CapturedOutput output) {
        System.setProperty("aws.secretAccessKey", "another key");
        long job = submit("CSVLogger", 1);
        await().atMost(SOON).until(() -> output.getOut().contains("job " + job + " is not started yet"));
        assertThat(jobs().state(job)).isEqualTo("queued");

        System.setProperty("aws.secretAccessKey", S3Server.SECRET_KEY);

        jobs().awaitState(job, "completed");
    }

    @Test
    void forksInTheBucketAndLeavesNothingOfWhatIsDeleted() throws IOException {
        long job = submit("CSVLogger", 2);
        jobs().awaitState(job, "completed");
        String fork = "{\"checkpoint\": \"final\", \"changes\": {\"epochs\": 3}}";
        long child = api().post("/jobs/" + job + "/fork", Api.JSON, fork)
                .expect(201)
                .json()
                .path("id")
                .asLong();
        jobs().awaitState(child, "completed");

        api().call("DELETE", "/jobs/" + job).expect(204);

        await().atMost(SOON).until(() -> keys("jobs/" + job + "/").isEmpty());
        assertThat(resumedFrom(child)).containsExactly("final");
        assertThat(jobs().epochs(child)).containsExactly(2);
        assertThat(keys("jobs/" + child + "/files/")).contains("jobs/" + child + "/files/history.csv");
        // The trainers are at their end, and take what is theirs with them.
        await().atMost(SOON)
                .until(() -> Files.list(properties.files().nodeFolder().resolve("jobs"))
                                .count()
                        == 0);
        assertThat(properties.files().nodeFolder().resolve("cache")).isNotEmptyDirectory();
    }

    private Api api() {
        return new Api(URI.create("http://localhost:" + caller.port()), caller.token());
    }

    private Jobs jobs() {
        return new Jobs(api());
    }

    private long submit(String callback, int epochs) {
        return jobs().submit("""
                        epochs: %d
                        retries: 1
                        data: {dataset: sample-tabular}
                        model: {type: mlp, hidden: [8]}
                        callbacks: [{type: %s}]
                        """.formatted(epochs, callback));
    }

    private void killTrainer(long job) {
        ProcessHandle trainer = Json.elements(
                        api().get("/workers").expect(200).json().path("trainers"))
                .filter(each -> each.path("job_id").asLong() == job)
                .map(each -> ProcessHandle.of(each.path("pid").asLong()).orElseThrow())
                .findFirst()
                .orElseThrow();
        trainer.destroyForcibly();
        trainer.onExit().join();
    }

    /** What each attempt went on from. */
    private List<String> resumedFrom(long job) {
        return jobs().events(job, "train_begin").stream()
                .map(event -> event.path("resumed_from").asString(""))
                .toList();
    }

    private List<String> checkpoints(long job) {
        return jobs().checkpoints(job).stream()
                .map(each -> each.path("name").asString())
                .toList();
    }

    private List<String> keys(String begin) throws IOException {
        return files.bucket().list(begin).stream().map(Bucket.Item::key).toList();
    }

    /** How many the bucket holds. */
    private long kept(long job) throws IOException {
        return keys("jobs/" + job + "/checkpoints/").stream()
                .filter(key -> key.endsWith("/manifest.json"))
                .count();
    }

    private List<String> files(long job, String checkpoint) {
        byte[] zip = api().send(
                        api().request("/jobs/" + job + "/checkpoints/" + checkpoint + "/content"),
                        HttpResponse.BodyHandlers.ofByteArray())
                .body();
        List<String> names = new ArrayList<>();
        try (ZipInputStream entries = new ZipInputStream(new ByteArrayInputStream(zip))) {
            for (ZipEntry entry = entries.getNextEntry(); entry != null; entry = entries.getNextEntry()) {
                names.add(entry.getName());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return names;
    }
}
