package io.signalbox.server.web;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PagePathsTest {

    @ParameterizedTest
    @ValueSource(strings = {"/", "/new", "/jobs/12", "/apidoc", "/datasets/a.b/preview"})
    void pagesOfTheDashboard(String path) {
        assertThat(PagePaths.isPage(path)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api",
                "/api/v1/jobs",
                "/actuator/health",
                "/v3/api-docs",
                "/swagger-ui/x",
                "/a.js",
                "/error",
                "/h2-console",
                "x"
            })
    void everythingElse(String path) {
        assertThat(PagePaths.isPage(path)).isFalse();
    }
}
