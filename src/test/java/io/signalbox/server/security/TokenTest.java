package io.signalbox.server.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.server.Caller;
import io.signalbox.server.Caller.Request;
import io.signalbox.server.Caller.Response;
import io.signalbox.server.Home;
import io.signalbox.server.ServerTest;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletResponse;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.header.HeaderWriterFilter;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.RequestMappingInfoHandlerMapping;

@ServerTest
class TokenTest {

    private static final String OPEN = "/actuator/health";
    private static final List<String> BESIDE_CONTROLLERS = List.of(
            "/index.html", "/assets/index.js", "/swagger-ui/index.html", "/api/v1/live", "/nowhere.txt", "/error");

    @Autowired
    Caller caller;

    @Autowired
    AccessToken token;

    @Autowired
    SecurityFilterChain chain;

    @Autowired
    Home home;

    @Autowired
    List<RequestMappingInfoHandlerMapping> mappings;

    record Route(String method, String path) {}

    @Test
    void noRouteAnswersWithoutTheToken() {
        assertThat(routes()).hasSizeGreaterThan(10).allSatisfy(route -> assertUnauthorized(request(route)));
    }

    @Test
    void noRouteTakesAWrongToken() {
        assertThat(routes()).allSatisfy(route -> {
            assertUnauthorized(request(route).header("Authorization", "Bearer " + "x".repeat(43)));
            assertUnauthorized(request(route).header("Authorization", "Bearer "));
            assertUnauthorized(request(route).header("Cookie", cookie("x".repeat(43))));
        });
    }

    @Test
    void noRouteTakesTheTokenInAnotherPlace() {
        String value = caller.token();
        assertThat(routes()).allSatisfy(route -> {
            assertUnauthorized(request(new Route(route.method(), route.path() + "?token=" + value)));
            assertUnauthorized(request(route).header("Authorization", "Basic " + value));
            assertUnauthorized(request(route).header("Authorization", value));
            assertUnauthorized(request(route).header("X-Token", value));
            assertUnauthorized(request(route).header("Cookie", cookie(value)));
            assertUnauthorized(request(route)
                    .header("Authorization", "Bearer " + value)
                    .header("Authorization", "Bearer " + value));
        });
    }

    @Test
    void onlyPlainHealthIsOpen() {
        Response response = caller.request("GET", OPEN).send();

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.json().path("status").asString()).isEqualTo("UP");
        assertThat(response.body()).doesNotContain("components");
        assertUnauthorized(caller.request("GET", OPEN + "/liveness"));
    }

    @Test
    void aWrongAuthorizationIsNotMadeGoodByACookie() {
        assertUnauthorized(caller.request("GET", "/api/v1/system")
                .header("Authorization", "Bearer wrong")
                .header("Cookie", cookie(token.cookie())));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/jobs/12", "/new"})
    void theStartUrlGivesACookieAndDropsTheToken(String page) {
        Response response = caller.request("GET", page + "?a=b%20c&token=" + caller.token())
                .header("Accept", "text/html")
                .send();

        assertThat(response.status()).isEqualTo(302);
        assertThat(response.header("Location")).isEqualTo(page + "?a=b%20c");
        assertThat(response.header("Set-Cookie"))
                .startsWith(cookie(token.cookie()) + ";")
                .contains("HttpOnly", "SameSite=Strict", "Path=/")
                .doesNotContain(caller.token());
        assertThat(caller.request("GET", "/api/v1/system")
                        .header("Cookie", cookie(token.cookie()))
                        .send()
                        .status())
                .isEqualTo(200);
    }

    @Test
    void aWrongTokenInTheStartUrlIsForbidden() {
        Response response = caller.request("GET", "/?token=wrong").send();

        assertThat(response.status()).isEqualTo(403);
        assertThat(response.isProblem()).isTrue();
        assertThat(response.header("Set-Cookie")).isEmpty();
    }

    @Test
    void peopleAreAskedForTheTokenByAPage() {
        Response response = caller.request("GET", "/jobs/12")
                .header("Accept", "text/html,*/*;q=0.8")
                .send();

        assertThat(response.status()).isEqualTo(401);
        assertThat(response.header("Content-Type")).startsWith("text/html");
        assertThat(response.body()).contains("<form").doesNotContain("<script", "style=");
        assertThat(response.header("Content-Security-Policy")).contains("default-src 'self'", "style-src 'sha256-");
    }

    @Test
    void programsAreToldHowToAuthenticate() {
        Response response = caller.request("GET", "/api/v1/system").send();

        assertThat(response.isProblem()).isTrue();
        assertThat(response.header("WWW-Authenticate")).startsWith("Bearer");
    }

    @Test
    void theTokenIsForItsOwnerOnly() throws Exception {
        assertThat(PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(home.root().resolve("token"))))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home.root())))
                .isEqualTo("rwx------");
        assertThat(caller.token()).hasSize(43);
    }

    @Test
    void pagesAreLockedDown() {
        Response response = caller.authorized("GET", "/api/v1/system").send();

        assertThat(response.header("Content-Security-Policy"))
                .contains("default-src 'self'")
                .doesNotContain("unsafe");
        assertThat(response.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(response.header("X-Frame-Options")).isEqualTo("DENY");
        assertThat(response.header("Referrer-Policy")).isEqualTo("no-referrer");
    }

    /** Written by the request's first thread after that, they met another one that answered at the same time, and neither held. */
    @Test
    void headersAreWrittenBeforeAnybodyAnswers() throws Exception {
        Filter headers = chain.getFilters().stream()
                .filter(HeaderWriterFilter.class::isInstance)
                .findFirst()
                .orElseThrow();
        List<Boolean> written = new ArrayList<>();

        headers.doFilter(
                new MockHttpServletRequest(),
                new MockHttpServletResponse(),
                (request, response) ->
                        written.add(((HttpServletResponse) response).containsHeader("X-Content-Type-Options")));

        assertThat(written).containsExactly(true);
    }

    private void assertUnauthorized(Request request) {
        Response response = request.send();

        assertThat(response.status()).isEqualTo(401);
        assertThat(response.isProblem()).isTrue();
    }

    private Request request(Route route) {
        return caller.request(route.method(), route.path());
    }

    private String cookie(String value) {
        return "signalbox-" + caller.port() + "=" + value;
    }

    /** All that the application itself says it answers to. */
    private List<Route> routes() {
        Stream<Route> mapped = mappings.stream()
                .flatMap(mapping -> mapping.getHandlerMethods().keySet().stream())
                .flatMap(TokenTest::routes);
        Stream<Route> others = BESIDE_CONTROLLERS.stream().map(path -> new Route("GET", path));
        return Stream.concat(mapped, others)
                .filter(route -> !route.path().equals(OPEN))
                .distinct()
                .toList();
    }

    private static Stream<Route> routes(RequestMappingInfo info) {
        Set<RequestMethod> methods = info.getMethodsCondition().getMethods();
        Set<RequestMethod> known = methods.isEmpty() ? Set.of(RequestMethod.GET, RequestMethod.POST) : methods;
        return info.getPatternValues().stream()
                .flatMap(pattern -> known.stream()
                        .map(method -> new Route(
                                method.name(),
                                pattern.replaceAll("/?\\*\\*", "/x").replaceAll("\\{[^}]*}", "1"))));
    }
}
