package io.signalbox.server.web;

import io.signalbox.spec.Problem;
import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponseException;

/** A request that is refused, as the problem its sender is told. Made by {@link Problems}. */
public final class ApiException extends ErrorResponseException {

    ApiException(HttpStatus status, String slug, String title, String detail) {
        super(status, body(status, slug, title, detail), null);
    }

    private static ProblemDetail body(HttpStatus status, String slug, String title, String detail) {
        ProblemDetail body = ProblemDetail.forStatusAndDetail(status, detail);
        body.setType(Problems.type(slug));
        body.setTitle(title);
        return body;
    }

    ApiException errors(List<Problem> errors) {
        getBody().setProperty("errors", errors);
        return this;
    }

    ApiException parameter(String name) {
        getBody().setProperty("parameter", name);
        return this;
    }

    ApiException header(String name, String value) {
        getHeaders().set(name, value);
        return this;
    }
}
