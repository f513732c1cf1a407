package io.signalbox.server.web;

import io.signalbox.spec.Problem;
import java.net.URI;
import java.util.List;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;

/**
 * Every way in which this API refuses a request, as an exception that becomes {@code application/problem+json}. Details are
 * sentences for people: what was found, what to do; they echo at most 64 characters of input.
 */
public final class Problems {

    private static final int LONGEST_ECHO = 64;
    private static final String TYPES = "urn:signalbox:problem:";

    private Problems() {}

    /** 400: cannot be read. */
    public static ApiException unreadable(String detail) {
        return new ApiException(HttpStatus.BAD_REQUEST, "unreadable", "The request cannot be read", detail);
    }

    /** 400: cannot be read, and where. */
    public static ApiException unreadable(Problem problem) {
        return unreadable(problem.detail()).errors(List.of(problem));
    }

    /** 404: no such thing. {@code notFound("job", 12)}: "There is no job 12." */
    public static ApiException notFound(String kind, Object id) {
        return new ApiException(
                HttpStatus.NOT_FOUND, "not-found", "No such thing", "There is no " + kind + " " + echo(id) + ".");
    }

    /** 404: a path that leads nowhere. */
    static ApiException nothingHere() {
        return new ApiException(HttpStatus.NOT_FOUND, "not-found", "No such thing", "There is nothing at this path.");
    }

    /** 408: the body did not come. */
    static ApiException tooSlow() {
        return new ApiException(
                HttpStatus.REQUEST_TIMEOUT,
                "too-slow",
                "The request came too slowly",
                "The body did not come in time.");
    }

    /** 409: not in this state. */
    public static ApiException conflict(String detail) {
        return new ApiException(HttpStatus.CONFLICT, "conflict", "Not in this state", detail);
    }

    /** 412: not what the caller has seen. */
    static ApiException changed(String detail) {
        return new ApiException(HttpStatus.PRECONDITION_FAILED, "changed", "It has changed", detail);
    }

    /** 413: too large. */
    public static ApiException tooLarge(String detail) {
        return new ApiException(HttpStatus.CONTENT_TOO_LARGE, "too-large", "The request is too large", detail);
    }

    /** 415: a type or an encoding that is not read here. */
    public static ApiException unsupportedType(String detail) {
        return new ApiException(
                HttpStatus.UNSUPPORTED_MEDIA_TYPE, "unsupported-type", "The body's type is not read here", detail);
    }

    /** 422: readable, but breaks rules. */
    public static ApiException invalid(List<Problem> problems) {
        String detail = problems.size() == 1 ? "1 problem" : problems.size() + " problems";
        return new ApiException(HttpStatus.UNPROCESSABLE_CONTENT, "invalid", "The request is not valid", detail)
                .errors(problems);
    }

    /** 422: one thing breaks one rule. */
    public static ApiException invalid(String pointer, String code, String detail) {
        return invalid(List.of(new Problem(pointer, code, detail)));
    }

    /**
     * 422: a parameter, or a header, breaks a rule.
     *
     * @param expected how it should look: {@code "a number from 1 to 500"}
     */
    public static ApiException invalidParameter(String name, Object value, String expected) {
        return new ApiException(
                        HttpStatus.UNPROCESSABLE_CONTENT,
                        "invalid-parameter",
                        "A parameter is not valid",
                        name + " must be " + expected + ", was " + echo(value))
                .parameter(name);
    }

    /** 422: a parameter is missing. */
    public static ApiException missingParameter(String name) {
        return new ApiException(
                        HttpStatus.UNPROCESSABLE_CONTENT,
                        "invalid-parameter",
                        "A parameter is missing",
                        name + " is required")
                .parameter(name);
    }

    /** 429: no room for more at the moment. */
    public static ApiException tooMany(String detail, int retryAfterSeconds) {
        return new ApiException(HttpStatus.TOO_MANY_REQUESTS, "too-many", "No room for more", detail)
                .header(HttpHeaders.RETRY_AFTER, Integer.toString(retryAfterSeconds));
    }

    /** 503: not at the moment. */
    public static ApiException unavailable(String detail, int retryAfterSeconds) {
        return new ApiException(HttpStatus.SERVICE_UNAVAILABLE, "unavailable", "Not at the moment", detail)
                .header(HttpHeaders.RETRY_AFTER, Integer.toString(retryAfterSeconds));
    }

    /** 507: the disk is full. */
    public static ApiException storageFull(String detail) {
        return new ApiException(HttpStatus.INSUFFICIENT_STORAGE, "storage-full", "The disk is full", detail);
    }

    /** At most 64 characters of what was sent, nothing in it that a terminal or a page would act on. */
    public static String echo(Object value) {
        String text = String.valueOf(value);
        String clean = text.replaceAll("[\\p{Cntrl}\\p{Cf}\\p{Zl}\\p{Zp}]", "?");
        return clean.length() <= LONGEST_ECHO ? clean : clean.substring(0, LONGEST_ECHO) + "…";
    }

    static URI type(String slug) {
        return URI.create(TYPES + slug);
    }
}
