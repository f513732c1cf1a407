package io.signalbox.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.SelectOption;
import io.signalbox.harness.Api;
import io.signalbox.harness.Fixtures;
import io.signalbox.harness.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipInputStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** The dashboard in a real browser, as people use it. */
class DashboardIT extends InBrowser {

    private static final Path SCREENSHOTS = Path.of("target", "screenshots");

    /** Set to make the picture of the README anew: {@code -Dsignalbox.picture=yes}. */
    private static final String PICTURE = "signalbox.picture";

    @Test
    void aJobIsSubmittedWatchedSteeredAndStoppedAndItsCheckpointDownloaded() throws Exception {
        byId("new-job-link").click();
        byId("spec-editor").fill(Fixtures.cornersJob(0));
        byId("check-job").click();
        assertThat(byId("findings")).containsText("epochs");

        byId("spec-editor").fill(Fixtures.cornersJob(10_000));
        byId("submit-job").click();
        page.waitForURL(Pattern.compile(".*/jobs/\\d+$"));
        long id = idInUrl();
        page.evaluate("window.neverReloaded = true");
        assertThat(state()).containsText(Pattern.compile("running", Pattern.CASE_INSENSITIVE));
        awaitPoints(1);
        int points = points(LOSS);
        awaitPoints(points + 10);

        byId("learning-rate-input").fill("0.00025");
        byId("set-learning-rate").click();
        assertThat(byId("command-status").first()).containsText(Pattern.compile("applied", Pattern.CASE_INSENSITIVE));
        Awaitility.await("the marker").atMost(PATIENCE).until(() -> number(byId(LOSS), "data-markers") >= 1);
        byId("release-learning-rate").click();
        jobs.await(
                id,
                "the released rate",
                job -> Math.abs(job.path("learning_rate").doubleValue() - 0.0005) < 1e-9);
        takePictures("job");

        byId("stop-job").click();
        assertThat(state()).containsText(Pattern.compile("stopped", Pattern.CASE_INSENSITIVE));
        assertThat(page.evaluate("window.neverReloaded")).isEqualTo(true);

        String checkpoint = jobs.checkpoints(id).get(0).path("name").stringValue();
        assertThat(byId("checkpoint-row-" + checkpoint)).isVisible();
        Download download =
                page.waitForDownload(() -> byId("download-" + checkpoint).click());
        assertThat(entries(download)).contains("manifest.json", "model.safetensors");
    }

    @Test
    void aServerThatDiesAndComesBackLeavesNoGapAndNoDoublePoint() {
        long id = jobs.submit(Fixtures.cornersJob(10_000));
        jobs.awaitEpochs(id, 1);
        page.navigate(server.api().uri("//jobs/" + id).toString());
        page.evaluate("window.neverReloaded = true");
        awaitPoints(10);
        assertThat(byId("connection-state")).hasAttribute("data-state", "live");

        server.killNine();
        assertThat(byId("connection-state")).hasAttribute("data-state", "reconnecting");
        server.startOnSamePort();

        assertThat(byId("connection-state")).hasAttribute("data-state", "live");
        int before = points(LOSS);
        awaitPoints(before + 10);
        jobs.applied(id, "{\"type\": \"stop\"}");
        jobs.awaitState(id, "stopped");
        assertThat(state()).containsText(Pattern.compile("stopped", Pattern.CASE_INSENSITIVE));
        int batches = jobs.events(id, "batch_end").size();
        Awaitility.await("a point for each of " + batches + " batches, no more, no less")
                .atMost(PATIENCE)
                .until(() -> points("chart-loss-step") == batches);
        assertThat(page.evaluate("window.neverReloaded")).isEqualTo(true);
        int epochs = points(LOSS);

        page.reload();

        Awaitility.await("the same curve after a reload").atMost(PATIENCE).until(() -> points(LOSS) == epochs);
        assertThat(points("chart-loss-step")).isEqualTo(batches);
    }

    @Test
    void anotherCallbackIsTriedOnARecordedRun() {
        long id = jobs.submit(Fixtures.flowersJob(30));
        jobs.awaitState(id, "completed");
        page.navigate(server.api().uri("//jobs/" + id).toString());
        byId("what-if").locator("summary").click();
        byId("what-if-callback").selectOption(new SelectOption().setLabel("add EarlyStopping"));
        assertThat(byId("what-if-stop")).not().isEmpty();

        Locator slider = byId("what-if-min_delta");
        slider.fill(slider.getAttribute("max"));

        assertThat(byId("what-if-stop")).containsText(Pattern.compile("epoch \\d+, by what if"));
        assertThat(byId("what-if-saved")).containsText("epochs");
        Awaitility.await("a point for each patience")
                .atMost(PATIENCE)
                .until(() -> points("chart-what-if-sweep-stop") > 10);
        takePicturesInEverySize("what-if");
    }

    private void takePicturesInEverySize(String name) {
        for (int width : List.of(1440, 390)) {
            page.setViewportSize(width, 900);
            byId("what-if").scrollIntoViewIfNeeded();
            assertThat(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))
                    .as("%s scrolls sideways at %s", name, width)
                    .isEqualTo(true);
            takePictures(name + "-" + width);
        }
    }

    @Test
    void aZoomIsSharedByAllChartsAndKeptInTheAddress() {
        long id = jobs.submit(Fixtures.flowersJob(10));
        jobs.awaitState(id, "completed");
        page.navigate(server.api().uri("//jobs/" + id).toString());
        awaitPoints(20);

        Locator plot = byId(LOSS).locator(".u-over");
        plot.scrollIntoViewIfNeeded();
        var box = plot.boundingBox();
        page.mouse().move(box.x + box.width * 0.25, box.y + box.height / 2);
        page.mouse().down();
        page.mouse().move(box.x + box.width * 0.75, box.y + box.height / 2);
        page.mouse().up();

        page.waitForURL(Pattern.compile(".*[?&]from=.*"));
        assertThat(byId(LOSS)).hasAttribute("data-from", Pattern.compile(".+"));
        String from = byId(LOSS).getAttribute("data-from");
        assertThat(Double.parseDouble(from)).isBetween(1.0, 5.0);
        assertThat(byId("chart-accuracy-step")).hasAttribute("data-from", from);
        page.reload();
        assertThat(byId(LOSS)).hasAttribute("data-from", from);

        byId("zoom-out").click();
        assertThat(byId(LOSS)).not().hasAttribute("data-from", from);
        assertThat(page.url()).doesNotContain("from=");
    }

    @Test
    void runsAreCompared() {
        long slow = jobs.submit(Fixtures.flowersJob(5).replace("learning_rate: 0.01", "learning_rate: 0.001"));
        long fast = jobs.submit(Fixtures.flowersJob(5));
        page.navigate(server.api().uri("//compare?jobs=" + slow + "," + fast).toString());

        jobs.awaitState(slow, "completed");
        jobs.awaitState(fast, "completed");

        Awaitility.await("every epoch of both runs, live").atMost(PATIENCE).until(() -> points("chart-val_loss") == 10);
        assertThat(byId("runs")).containsText("optimizer.learning_rate");
        byId("target-value").fill("1000");
        assertThat(byId("run-" + fast)).containsText("epoch 0");
        byId("group-by").selectOption("optimizer.learning_rate");
        assertThat(byId("chart-val_loss")).containsText("0.01 (1)");
    }

    @Test
    void theListOfJobsUpdatesByItself() {
        long id = jobs.submit(Fixtures.flowersJob(20));

        assertThat(byId("job-row-" + id)).isVisible();
        assertThat(byId("job-row-" + id)).containsText(Pattern.compile("completed", Pattern.CASE_INSENSITIVE));
        takePictures("jobs");
    }

    @Test
    void namesAreShownAsTextWhateverTheyHold() {
        String name = "<img src=x onerror=window.hacked=1>";
        String spec = Fixtures.flowersJob(1).replace("name: flowers", "name: " + Json.write(name));
        var answer = server.api().post("/jobs", Api.YAML, spec);
        assumeTrue(answer.status() == 201, "such names are refused at the door");
        long id = answer.json().path("id").longValue();

        assertThat(byId("job-row-" + id)).containsText(name);
        page.navigate(server.api().uri("//jobs/" + id).toString());
        assertThat(state()).containsText(Pattern.compile("completed", Pattern.CASE_INSENSITIVE));

        assertThat(page.evaluate("window.hacked")).isNull();
    }

    @Test
    void fitsOnAPhone() {
        long id = jobs.submit(Fixtures.flowersJob(3));
        jobs.awaitState(id, "completed");
        page.setViewportSize(390, 844);
        for (String path : List.of("//", "//jobs/" + id)) {
            page.navigate(server.api().uri(path).toString());
            assertThat(byId("theme-toggle")).isVisible();
            assertThat(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))
                    .as("%s scrolls sideways", path)
                    .isEqualTo(true);
        }
        awaitPoints(6);
        screenshot("phone");
    }

    @Test
    @EnabledIfSystemProperty(named = PICTURE, matches = ".*", disabledReason = "makes the picture of the README")
    void looksAsInTheReadme() throws IOException {
        long id = jobs.submit(Files.readString(Path.of("src/main/resources/samples/demo.yaml"))
                .replace("name: demo", "name: digits-cnn"));
        page.navigate(server.api().uri("//jobs/" + id).toString());
        jobs.awaitEpochs(id, 7);
        jobs.applied(id, "{\"type\": \"set_learning_rate\", \"factor\": 0.25}");
        jobs.awaitEpochs(id, 12);
        awaitPoints(24);
        page.screenshot(new Page.ScreenshotOptions().setPath(Path.of("docs", "dashboard.png")));
    }

    private void takePictures(String name) {
        screenshot(name + "-light");
        byId("theme-toggle").click();
        screenshot(name + "-dark");
        byId("theme-toggle").click();
    }

    private void screenshot(String name) {
        page.screenshot(new Page.ScreenshotOptions().setPath(SCREENSHOTS.resolve(name + ".png")));
    }

    private long idInUrl() {
        Matcher id = Pattern.compile("(\\d+)$").matcher(page.url());
        assertThat(id.find()).as(page.url()).isTrue();
        return Long.parseLong(id.group(1));
    }

    private static List<String> entries(Download download) throws Exception {
        List<String> names = new ArrayList<>();
        try (InputStream in = download.createReadStream();
                ZipInputStream zip = new ZipInputStream(in)) {
            for (var entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                names.add(entry.getName().replaceFirst(".*/", ""));
            }
        }
        return names;
    }
}
