package io.signalbox.server.security;

import io.signalbox.server.web.PagePaths;
import io.signalbox.server.web.ProblemWriter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;

/** How a request without the token is answered: people by a page that asks for it, programs by a problem. */
final class LoginPage {

    private static final String PAGE = """
            <!doctype html>
            <html lang="en">
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width">
            <title>Signalbox</title>
            <h1>Signalbox</h1>
            <p>%s</p>
            <form method="get">
            <label>Token <input name="token" type="password" autocomplete="off" required autofocus></label>
            <button>Open</button>
            </form>
            <p>The server printed it when it started, and keeps it in the file <code>token</code> of its home folder.</p>
            </html>
            """;

    private LoginPage() {}

    /**
     * @param reason a sentence of ours, no text of the request's
     */
    static void refuse(HttpServletRequest request, HttpServletResponse response, HttpStatus status, String reason)
            throws IOException {
        if (!isForPeople(request)) {
            ProblemWriter.write(request, response, status, reason);
            return;
        }
        byte[] page = PAGE.formatted(reason).getBytes(StandardCharsets.UTF_8);
        response.setStatus(status.value());
        response.setContentType("text/html;charset=utf-8");
        response.setContentLength(page.length);
        response.getOutputStream().write(page);
    }

    private static boolean isForPeople(HttpServletRequest request) {
        String accept = request.getHeader(HttpHeaders.ACCEPT);
        return accept != null
                && accept.toLowerCase(Locale.ROOT).contains("text/html")
                && request.getMethod().equals("GET")
                && PagePaths.isPage(request.getRequestURI());
    }
}
