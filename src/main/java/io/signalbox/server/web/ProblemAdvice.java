package io.signalbox.server.web;

import io.signalbox.data.BadDataException;
import io.signalbox.server.DatabaseTrouble;
import io.signalbox.spec.InvalidSpecException;
import io.signalbox.spec.UnreadableException;
import jakarta.servlet.RequestDispatcher;
import java.net.SocketTimeoutException;
import java.nio.file.AccessDeniedException;
import java.util.Arrays;
import java.util.Locale;
import org.apache.catalina.connector.ClientAbortException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.TypeMismatchException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.security.web.firewall.RequestRejectedException;
import org.springframework.web.bind.MissingServletRequestParameterException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.ServletWebRequest;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.multipart.MultipartException;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;
import org.springframework.web.servlet.resource.NoResourceFoundException;

/** Turns every exception of a controller, Spring's own included, into a problem. */
@RestControllerAdvice
class ProblemAdvice extends ResponseEntityExceptionHandler {

    private static final Logger LOG = LoggerFactory.getLogger(ProblemAdvice.class);

    private static final int RETRY_AFTER_SECONDS = 5;

    private final Uploads uploads;

    ProblemAdvice(Uploads uploads) {
        this.uploads = uploads;
    }

    @ExceptionHandler(InvalidSpecException.class)
    ResponseEntity<Object> invalid(InvalidSpecException e, WebRequest request) {
        return respond(Problems.invalid(e.problems()), request);
    }

    @ExceptionHandler(BadDataException.class)
    ResponseEntity<Object> badData(BadDataException e, WebRequest request) {
        return respond(Problems.invalid(e.problems()), request);
    }

    @ExceptionHandler(UnreadableException.class)
    ResponseEntity<Object> unreadable(UnreadableException e, WebRequest request) {
        return respond(Problems.unreadable(e.problem()), request);
    }

    @ExceptionHandler(MultipartException.class)
    ResponseEntity<Object> unreadable(MultipartException e, WebRequest request) {
        return respond(uploads.refusal(e), request);
    }

    @ExceptionHandler(SocketTimeoutException.class)
    ResponseEntity<Object> tooSlow(SocketTimeoutException e, WebRequest request) {
        return respond(Problems.tooSlow(), request);
    }

    /** A parameter that the firewall refuses once it is read. */
    @ExceptionHandler(RequestRejectedException.class)
    ResponseEntity<Object> rejected(RequestRejectedException e, WebRequest request) {
        return respond(Problems.unreadable("A parameter holds characters that no text has."), request);
    }

    /** Nobody is there any more to be told. */
    @ExceptionHandler(ClientAbortException.class)
    void clientGone() {}

    @ExceptionHandler(Exception.class)
    ResponseEntity<Object> unexpected(Exception e, WebRequest request) {
        DatabaseTrouble trouble = DatabaseTrouble.of(e);
        if (trouble != null) {
            LOG.warn("{} failed: {}", request.getDescription(false), rootOf(e).toString());
            return respond(
                    switch (trouble) {
                        case AWAY ->
                            Problems.unavailable(
                                    "The database does not answer. Jobs train on; ask again.", RETRY_AFTER_SECONDS);
                        case FULL ->
                            Problems.storageFull(
                                    "The server cannot write to its disk, which is full or read-only; nothing was changed.");
                    },
                    request);
        }
        if (rootOf(e) instanceof AccessDeniedException denied) {
            LOG.error("{} failed: this server may not use {}", request.getDescription(false), denied.getFile());
            return respond(
                    Problems.unavailable(
                            "The server may not use a file of its own; its log says which, and its operator can mend it.",
                            RETRY_AFTER_SECONDS),
                    request);
        }
        LOG.error("{} failed", request.getDescription(false), e);
        ProblemDetail body = ProblemDetail.forStatusAndDetail(
                HttpStatus.INTERNAL_SERVER_ERROR, "This is a fault of the server; its log says more.");
        return respond(e, body, new HttpHeaders(), HttpStatus.INTERNAL_SERVER_ERROR, request);
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleTypeMismatch(
            TypeMismatchException e, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        if (!(e instanceof MethodArgumentTypeMismatchException argument)
                || argument.getParameter().hasParameterAnnotation(PathVariable.class)) {
            return respond(Problems.nothingHere(), request);
        }
        String name = argument.getName();
        return respond(Problems.invalidParameter(name, String.valueOf(e.getValue()), expected(e)), request);
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleMissingServletRequestParameter(
            MissingServletRequestParameterException e, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        return respond(Problems.missingParameter(e.getParameterName()), request);
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleNoResourceFoundException(
            NoResourceFoundException e, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        return respond(Problems.nothingHere(), request);
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleHttpMessageNotReadable(
            HttpMessageNotReadableException e, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        return respond(Problems.unreadable("The body cannot be read."), request);
    }

    @Override
    protected ResponseEntity<Object> createResponseEntity(
            @Nullable Object body, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        HttpHeaders all = new HttpHeaders();
        all.putAll(headers);
        all.setContentType(MediaType.APPLICATION_PROBLEM_JSON);
        if (body instanceof ProblemDetail problem && request instanceof ServletWebRequest servlet) {
            Object asked = servlet.getRequest().getAttribute(RequestDispatcher.FORWARD_REQUEST_URI);
            String path = asked == null ? servlet.getRequest().getRequestURI() : asked.toString();
            ProblemWriter.complete(problem, path);
        }
        return new ResponseEntity<>(body, all, status);
    }

    private static Throwable rootOf(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }

    private ResponseEntity<Object> respond(ApiException e, WebRequest request) {
        return respond(e, e.getBody(), e.getHeaders(), e.getStatusCode(), request);
    }

    private ResponseEntity<Object> respond(
            Exception e, ProblemDetail body, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        ResponseEntity<Object> response = handleExceptionInternal(e, body, headers, status, request);
        return response == null ? new ResponseEntity<>(status) : response;
    }

    private static String expected(TypeMismatchException e) {
        Class<?> type = e.getRequiredType();
        if (type == null) {
            return "of another kind";
        }
        if (type.isEnum()) {
            return "one of " + Arrays.toString(type.getEnumConstants()).toLowerCase(Locale.ROOT);
        }
        return type == boolean.class || type == Boolean.class ? "true or false" : "a number within its range";
    }
}
