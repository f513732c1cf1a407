package io.signalbox.server.web;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.converter.json.ProblemDetailJacksonMixin;
import tools.jackson.databind.json.JsonMapper;

/** Writes problems where no controller is reached: in filters and in the container's own error pages. */
public final class ProblemWriter {

    private static final URI BLANK = URI.create("about:blank");
    private static final int SERVER_FAULTS = 500;
    private static final int LONGEST_PATH = 2048;
    private static final JsonMapper JSON = JsonMapper.builder()
            .addMixIn(ProblemDetail.class, ProblemDetailJacksonMixin.class)
            .build();

    private ProblemWriter() {}

    /** Answers a request with a problem. Headers set before stay. */
    public static void write(HttpServletRequest request, HttpServletResponse response, HttpStatus status, String detail)
            throws IOException {
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, detail);
        complete(problem, request.getRequestURI());
        write(response, problem);
    }

    static void write(HttpServletResponse response, ProblemDetail problem) throws IOException {
        byte[] body = JSON.writeValueAsBytes(problem);
        response.setStatus(problem.getStatus());
        response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }

    /**
     * Fills in what every problem has.
     *
     * @param path of the request, still encoded
     */
    static void complete(ProblemDetail problem, @Nullable String path) {
        if (problem.getType() == null) {
            problem.setType(BLANK);
        }
        if (problem.getDetail() == null) {
            problem.setDetail(
                    problem.getStatus() >= SERVER_FAULTS
                            ? "This is a fault of the server; its log says more."
                            : "This is not a request that the server takes.");
        }
        if (problem.getInstance() == null && path != null && path.length() <= LONGEST_PATH) {
            problem.setInstance(instance(path));
        }
    }

    private static @Nullable URI instance(String path) {
        try {
            return new URI(path);
        } catch (URISyntaxException notAPath) {
            return null;
        }
    }
}
