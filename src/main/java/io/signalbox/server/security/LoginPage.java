package io.signalbox.server.security;

import io.signalbox.data.Hashes;
import io.signalbox.server.web.PagePaths;
import io.signalbox.server.web.ProblemWriter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;

/** How a request without the token is answered: people by a page that asks for it, programs by a problem. */
final class LoginPage {

    private static final String STYLE = """
            :root { color-scheme: light dark; }
            body { display: grid; place-items: center; min-height: 90vh; margin: 0; font: 15px/1.5 system-ui, sans-serif;
              background: light-dark(#f4f6f8, #0e1319); color: light-dark(#17202b, #e4eaf1); }
            main { width: min(420px, calc(100vw - 32px)); padding: 28px; box-sizing: border-box; border-radius: 10px;
              border: 1px solid light-dark(#d9dfe6, #313d4b); background: light-dark(#ffffff, #161d26); }
            h1 { margin: 0 0 12px; font-size: 22px; }
            p { margin: 0 0 16px; }
            p:last-child { margin: 16px 0 0; color: light-dark(#5a6676, #98a5b6); font-size: 13px; }
            form { display: flex; gap: 10px; align-items: end; }
            label { flex: 1; font-weight: 600; }
            input, button { box-sizing: border-box; min-height: 36px; padding: 5px 12px; border-radius: 6px; font: inherit;
              border: 1px solid light-dark(#d9dfe6, #313d4b); }
            input { display: block; width: 100%; margin-top: 4px; background: transparent; color: inherit; }
            button { border-color: transparent; background: light-dark(#0b5cad, #74b3f2);
              color: light-dark(#ffffff, #0c1a29); font-weight: 600; cursor: pointer; }
            :focus-visible { outline: 2px solid light-dark(#0b5cad, #74b3f2); outline-offset: 2px; }
            """;

    private static final String PAGE = """
            <!doctype html>
            <html lang="en">
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width">
            <title>Signalbox: token</title>
            <style>%s</style>
            <main>
            <h1>Signalbox</h1>
            <p>%s</p>
            <form method="get">
            <label>Token <input name="token" type="password" autocomplete="off" required autofocus></label>
            <button>Open</button>
            </form>
            <p>The server keeps it in the file <code>token</code> of its home folder. The link that it printed when it started
            works once.</p>
            </main>
            </html>
            """;

    /** The policy of all pages, and this very style sheet: the dashboard's own is for those who are let in. */
    private static final String POLICY =
            SecurityConfiguration.CONTENT_POLICY + "; style-src 'sha256-" + sha256(STYLE) + "'";

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
        byte[] page = String.format(Locale.ROOT, PAGE, STYLE, reason).getBytes(StandardCharsets.UTF_8);
        response.setStatus(status.value());
        response.setContentType("text/html;charset=utf-8");
        response.setHeader("Content-Security-Policy", POLICY);
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

    private static String sha256(String text) {
        return Base64.getEncoder().encodeToString(Hashes.sha256().digest(text.getBytes(StandardCharsets.UTF_8)));
    }
}
