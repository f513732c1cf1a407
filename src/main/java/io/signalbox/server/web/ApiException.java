package io.signalbox.server.web;

import io.signalbox.spec.Problem;
import java.util.List;
import java.util.stream.Collectors;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponseException;

/** A request that is refused, as the problem its sender is told. Made by {@link Problems}. */
public final class ApiException extends ErrorResponseException {

    private transient List<Problem> errors = List.of();

    ApiException(HttpStatus status, String slug, String title, String detail) {
        super(status, body(status, slug, title, detail), null);
    }

    private static ProblemDetail body(HttpStatus status, String slug, String title, String detail) {
        ProblemDetail body = ProblemDetail.forStatusAndDetail(status, detail);
        body.setType(Problems.type(slug));
        body.setTitle(title);
        return body;
    }

    /** Why, for people: where single things are wrong, each of them. */
    public String reason() {
        return errors.isEmpty()
                ? String.valueOf(getBody().getDetail())
                : errors.stream()
                        .map(error -> error.pointer() + " " + error.detail())
                        .collect(Collectors.joining("; "));
    }

    ApiException errors(List<Problem> each) {
        errors = List.copyOf(each);
        getBody().setProperty("errors", each);
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
