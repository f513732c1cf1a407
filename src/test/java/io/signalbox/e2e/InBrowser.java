package io.signalbox.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.ColorScheme;
import io.signalbox.harness.Chromium;
import io.signalbox.harness.Fixtures;
import io.signalbox.harness.Jobs;
import io.signalbox.harness.ServerProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A service and a real browser with its dashboard open. Tests are skipped where there is no browser. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class InBrowser {

    static final Duration PATIENCE = Duration.ofSeconds(60);
    static final String LOSS = "chart-loss";

    ServerProcess server;
    Jobs jobs;
    private final List<String> violations = new ArrayList<>();
    private Chromium chromium;
    BrowserContext context;
    Page page;

    @BeforeAll
    void start(@TempDir Path folder) {
        assumeTrue(Chromium.isInstalled(), "no Chromium on the PATH: install one to test the dashboard");
        server = ServerProcess.start(folder, "signalbox.workers.slots=2");
        jobs = server.jobs();
        Fixtures.uploadCorners(server.api(), 640).expect(201);
        Fixtures.uploadFlowers(server.api()).expect(201);
        chromium = Chromium.start();
    }

    @AfterAll
    void end() {
        if (chromium != null) {
            chromium.close();
        }
        if (server != null) {
            server.close();
        }
    }

    @BeforeEach
    void openDashboard() {
        context = chromium.browser()
                .newContext(new Browser.NewContextOptions()
                        .setViewportSize(1280, 900)
                        .setColorScheme(ColorScheme.LIGHT)
                        .setAcceptDownloads(true));
        page = context.newPage();
        violations.clear();
        page.onConsoleMessage(message -> {
            if (message.text().contains("Content Security Policy") && !isOfEditing(message.text())) {
                violations.add(page.url() + ": " + message.text());
            }
        });
        page.setDefaultTimeout(PATIENCE.toMillis());
        // Its own five seconds are shorter than the longest pause between two tries to reconnect.
        PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE.toMillis());
        page.navigate(server.loginUrl().toString());
        assertThat(page.url()).doesNotContain("token=");
    }

    /** Chromium itself gives text a style when lines of an editor are merged; that it may not changes nothing. */
    private boolean isOfEditing(String message) {
        return page.url().endsWith("/new") && message.startsWith("Applying inline style");
    }

    @AfterEach
    void closeDashboard() {
        context.close();
        assertThat(violations).as("what broke the page's own content policy").isEmpty();
    }

    void open(String path) {
        page.navigate(server.api().uri("/" + path).toString());
    }

    Locator byId(String testId) {
        return page.getByTestId(testId);
    }

    /** The state of the job whose page is open. */
    Locator state() {
        return byId("job-state").first();
    }

    int points(String chart) {
        return number(byId(chart), "data-points");
    }

    void awaitPoints(int atLeast) {
        Awaitility.await(atLeast + " points").atMost(PATIENCE).until(() -> points(LOSS) >= atLeast);
    }

    static int number(Locator element, String attribute) {
        String value = element.getAttribute(attribute);
        return value == null ? 0 : Integer.parseInt(value);
    }
}
