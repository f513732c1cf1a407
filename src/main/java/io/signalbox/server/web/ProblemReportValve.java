package io.signalbox.server.web;

import java.io.IOException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;

/** Tomcat's own error pages, for requests that reach no application: as problems, and without its name and version. */
public final class ProblemReportValve extends ErrorReportValve {

    private static final Logger LOG = LoggerFactory.getLogger(ProblemReportValve.class);

    @Override
    protected void report(Request request, Response response, @Nullable Throwable throwable) {
        HttpStatus status = HttpStatus.resolve(response.getStatus());
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
}
