package io.signalbox.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.WebSocketRoute;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.FilePayload;
import com.microsoft.playwright.options.SelectOption;
import io.signalbox.harness.Fixtures;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What people do on the dashboard's pages beside watching a job, and that everybody can. */
class DashboardFlowsIT extends InBrowser {

    private static final Path AXE = Path.of("frontend", "node_modules", "axe-core", "axe.min.js");

    /** WCAG 2.2 AA, and what axe takes for good practice; answers what was found, in words. */
    private static final String ASK_AXE = """
            async () => (await axe.run(document, { runOnly:
                ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }))
              .violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.target).join(' | ')}`)""";

    /** Cards whose content is wider than they are. */
    private static final String CUT_OFF = """
            [...document.querySelectorAll('.card')].filter((card) => card.scrollWidth > card.clientWidth + 1)
              .map((card) => card.textContent.slice(0, 40))""";

    /** Unfolds what is folded away. */
    private static final String OPEN_ALL =
            "document.querySelectorAll('details.card > summary, .card-head [aria-expanded=false]').forEach((one) => one.click())";

    @Test
    void axeFindsNothingOnAnyPageAndTheBrowserNothingToLog() throws Exception {
        List<String> logged = new ArrayList<>();
        page.onConsoleMessage(message -> {
            if (message.type().equals("error") && !message.text().contains("404")) {
                logged.add(page.url() + ": " + message.text());
            }
        });
        String axe = Files.readString(AXE);
        long id = jobs.submit(Fixtures.cornersJob(2) + "callbacks: [{type: ConfusionMatrix}, {type: Histograms}]\n");
        long other = jobs.submit(Fixtures.flowersJob(2));
        jobs.awaitState(id, "completed");
        jobs.awaitState(other, "completed");
        Map<String, String> pages = Map.of(
                "/",
                "job-row-" + id,
                "/jobs/" + id,
                "checkpoint-row-final",
                "/compare?jobs=" + id + "," + other,
                "run-" + id,
                "/new",
                "spec-form",
                "/datasets",
                "dataset-sample-digits",
                "/jobs/987654",
                "theme-toggle",
                "/nothing",
                "theme-toggle");
        for (int width : List.of(1440, 390)) {
            page.setViewportSize(width, 900);
            for (var entry : pages.entrySet()) {
                open(entry.getKey());
                assertThat(byId(entry.getValue())).isVisible();
                page.evaluate(OPEN_ALL);
                byId("theme-toggle").click();
                assertThat(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))
                        .as("%s scrolls sideways at %s", entry.getKey(), width)
                        .isEqualTo(true);
                assertThat((List<?>) page.evaluate(CUT_OFF))
                        .as("cut off on %s at %s", entry.getKey(), width)
                        .isEmpty();
                page.evaluate(axe);
                assertThat((List<?>) page.evaluate(ASK_AXE))
                        .as("%s at %s", entry.getKey(), width)
                        .isEmpty();
            }
        }
        assertThat(logged).isEmpty();
        context.clearCookies();
        open("/");
        page.evaluate(axe);
        assertThat((List<?>) page.evaluate(ASK_AXE)).as("the token's page").isEmpty();
    }

    @Test
    void aSpecIsCompletedWhileItIsWrittenWithAFormInStep() {
        open("/new");
        assertThat(byId("spec-form")).isVisible();
        Locator editor = byId("spec-editor");
        editor.fill("");
        editor.pressSequentially("epo");
        Locator proposals = page.locator(".cm-tooltip-autocomplete li[aria-selected]");
        assertThat(proposals).containsText("epochs");
        proposals.click(); // Enter is the writer's own for a moment after proposals have come
        assertThat(editor).containsText("epochs:");

        editor.fill(Fixtures.flowersJob(3));
        Locator epochs = page.getByLabel(Pattern.compile("^epochs"));
        assertThat(epochs).hasValue("3");
        epochs.fill("4");
        assertThat(editor).containsText("epochs: 4");
        epochs.fill("0");
        assertThat(byId("note-epochs")).containsText("must be 1 or more");
        assertThat(page.locator(".cm-lint-marker-error")).hasCount(1);
        epochs.fill("2");
        assertThat(byId("check-result")).isVisible();

        byId("submit-job").click();

        assertThat(state()).containsText(Pattern.compile("completed", Pattern.CASE_INSENSITIVE));
        assertThat(byId("outcome")).containsText("all 2 epochs");
    }

    @Test
    void aNetworkThatIsCutAndComesBackLeavesNoGapOnAnyPage() {
        var cut = new AtomicBoolean();
        List<WebSocketRoute> sockets = new ArrayList<>();
        page.routeWebSocket(Pattern.compile(".*/api/v1/live"), socket -> {
            if (cut.get()) {
                socket.close();
            } else {
                socket.connectToServer();
                sockets.add(socket);
            }
        });
        page.route("**/api/v1/**", route -> {
            if (cut.get()) {
                route.abort();
            } else {
                route.resume();
            }
        });
        long id = jobs.submit(Fixtures.cornersJob(10_000));
        jobs.awaitEpochs(id, 1);
        open("/jobs/" + id);
        awaitPoints(3);

        cut.set(true);
        sockets.forEach(WebSocketRoute::close);
        assertThat(byId("connection-state")).hasAttribute("data-state", "reconnecting");
        int before = points(LOSS);
        jobs.awaitEpochs(id, before + 5);
        cut.set(false);

        assertThat(byId("connection-state")).hasAttribute("data-state", "live");
        jobs.applied(id, "{\"type\": \"stop\"}");
        jobs.awaitState(id, "stopped");
        int batches = jobs.events(id, "batch_end").size();
        Awaitility.await("a point for each of " + batches + " batches")
                .atMost(PATIENCE)
                .until(() -> points("chart-loss-step") == batches);
        page.getByText("Jobs").first().click();
        assertThat(byId("job-row-" + id)).containsText(Pattern.compile("stopped", Pattern.CASE_INSENSITIVE));
    }

    @Test
    void jobsAreFoundPickedOutAndSteeredTogether() {
        String spec = Fixtures.cornersJob(10_000).replaceFirst("name: \\S+", "name: together");
        long first = jobs.submit(spec);
        long second = jobs.submit(spec);
        jobs.awaitState(first, "running");
        jobs.awaitState(second, "running");
        byId("search").fill("together");
        page.waitForURL(Pattern.compile(".*[?&]q=together.*"));
        byId("filter-metric").selectOption("val_loss");

        byId("pick-" + first).check();
        byId("pick-" + second).check();
        byId("steer-selected").click();
        byId("bulk-command").selectOption("stop");
        byId("bulk-send").click();

        assertThat(byId("bulk-outcome")).containsText("2 took it");
        jobs.awaitState(first, "stopped");
        jobs.awaitState(second, "stopped");
        page.reload();
        assertThat(byId("search")).hasValue("together");
        assertThat(byId("job-row-" + second)).containsText("best val_loss");
    }

    @Test
    void aDatasetIsUploadedAndLookedInto() {
        open("/datasets");
        page.getByLabel("Name").fill("petals");
        page.getByLabel(Pattern.compile("^Files"))
                .setInputFiles(new FilePayload("petals.csv", "text/csv", Fixtures.flowersCsv()));
        page.getByRole(
                        AriaRole.BUTTON,
                        new Page.GetByRoleOptions().setName("Upload").setExact(true))
                .click();

        Locator card = byId("dataset-petals");
        assertThat(card).isVisible();
        card.getByText("Look inside").click();
        assertThat(card.locator("table").first()).isVisible();
    }

    @Test
    void aCallbackIsAddedByItsFormWhileTheJobRuns() {
        long id = jobs.submit(Fixtures.cornersJob(10_000));
        jobs.awaitState(id, "running");
        open("/jobs/" + id);
        page.getByText("Add…").click();
        Locator dialog = page.locator("dialog");
        dialog.locator("select").first().selectOption(new SelectOption().setValue("EarlyStopping"));
        dialog.getByLabel(Pattern.compile("^patience")).fill("9000");
        dialog.locator(".button.solid").click();

        assertThat(byId("command-status").first()).containsText(Pattern.compile("applied", Pattern.CASE_INSENSITIVE));
        assertThat(page.locator("aside")).containsText("EarlyStopping");
        jobs.applied(id, "{\"type\": \"cancel\"}");
    }

    @Test
    void aChartIsSavedAsAFile() throws Exception {
        long id = jobs.submit(Fixtures.flowersJob(3));
        jobs.awaitState(id, "completed");
        open("/jobs/" + id);
        awaitPoints(6);
        for (String format : List.of("CSV", "SVG", "PNG")) {
            byId(LOSS).locator("details.menu > summary").click();
            Download download =
                    page.waitForDownload(() -> byId(LOSS).getByText(format).click());
            byte[] content = download.createReadStream().readAllBytes();

            assertThat(download.suggestedFilename()).isEqualTo("loss." + format.toLowerCase(Locale.ROOT));
            assertThat(new String(content, StandardCharsets.ISO_8859_1))
                    .startsWith(
                            switch (format) {
                                case "CSV" -> "epochs done,training";
                                case "SVG" -> "<svg";
                                default -> "\u0089PNG";
                            });
        }
    }
}
