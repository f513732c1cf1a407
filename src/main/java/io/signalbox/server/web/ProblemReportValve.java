package io.signalbox.server.web;

import jakarta.servlet.RequestDispatcher;
import java.io.IOException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.apache.tomcat.util.res.StringManager;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;

/** Tomcat's own error pages, for requests that reach no application: as problems, and without its name and version. */
public final class ProblemReportValve extends ErrorReportValve {

    private static final Logger LOG = LoggerFactory.getLogger(ProblemReportValve.class);

    /** What its parser says, and nothing else tells, where the line and the headers are more than it takes. */
    private static final String TOO_LARGE =
            StringManager.getManager("org.apache.coyote.http11").getString("iib.requestheadertoolarge.error");

    @Override
    protected void report(Request request, Response response, @Nullable Throwable throwable) {
        HttpStatus status = status(request, HttpStatus.resolve(response.getStatus()));
        if (status == null || !status.isError() || response.getContentWritten() > 0 || !response.setErrorReported()) {
            return;
        }
        ProblemDetail problem = ProblemDetail.forStatus(status);
        ProblemWriter.complete(problem, request.getRequestURI());
        try {
            ProblemWriter.write(response.getResponse(), problem);
            response.finishResponse();
        } catch (IOException clientGone) {
            LOG.debug("Nobody read the answer {}", status.value(), clientGone);
        }
    }

    /** Tomcat answers 400 to all that it cannot parse; what is too large has a status of its own. */
    private static @Nullable HttpStatus status(Request request, @Nullable HttpStatus said) {
        Object cause = request.getCoyoteRequest().getAttribute(RequestDispatcher.ERROR_EXCEPTION);
        if (said != HttpStatus.BAD_REQUEST || !(cause instanceof RuntimeException error)) {
            return said;
        }
        if (TOO_LARGE.equals(error.getMessage())) {
            return request.getCoyoteRequest().requestURI().isNull()
                    ? HttpStatus.URI_TOO_LONG
                    : HttpStatus.REQUEST_HEADER_FIELDS_TOO_LARGE;
        }
        boolean tooMany =
                error instanceof IllegalStateException; // of their number; all else that it says is of their form
        return tooMany ? HttpStatus.REQUEST_HEADER_FIELDS_TOO_LARGE : said;
    }
}
