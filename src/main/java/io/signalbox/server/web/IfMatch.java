package io.signalbox.server.web;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.http.HttpHeaders;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;

/**
 * What a caller has seen of the thing that it wants changed: the header {@code If-Match} (RFC 9110). A controller's method takes
 * it as a parameter; where none does, nothing has an entity tag that could match.
 *
 * @param header as sent; null if it was not
 */
public record IfMatch(@Nullable String header) {

    private static final String ANY = "*";

    /** Of a caller who wants it changed whatever it is. */
    public static final IfMatch NONE = new IfMatch(null);

    /** The entity tag of a thing's version. */
    public static String tag(long version) {
        return "\"" + version + "\"";
    }

    /** A 412 problem if the caller has seen another version than this. */
    public void require(long version) {
        String now = tag(version);
        if (!allows(now)) {
            throw Problems.changed(
                    "It is not what If-Match names: its entity tag is " + now + " now. Look at it again.");
        }
    }

    /** A 412 problem if the caller has seen some version of a thing that has none. */
    void requireNothing() {
        if (!allows(null)) {
            throw Problems.changed("Nothing here has an entity tag. Leave If-Match out.");
        }
    }

    private boolean allows(@Nullable String tag) {
        return header == null
                || header.strip().equals(ANY)
                || Arrays.stream(header.split(",")).map(String::strip).anyMatch(seen -> seen.equals(tag));
    }

    /** Gives controllers theirs. */
    static final class Resolver implements HandlerMethodArgumentResolver {

        @Override
        public boolean supportsParameter(MethodParameter parameter) {
            return parameter.getParameterType() == IfMatch.class;
        }

        @Override
        public IfMatch resolveArgument(
                MethodParameter parameter,
                @Nullable ModelAndViewContainer container,
                NativeWebRequest request,
                @Nullable WebDataBinderFactory binderFactory) {
            return of(request);
        }
    }

    private static IfMatch of(NativeWebRequest request) {
        String[] values = request.getHeaderValues(HttpHeaders.IF_MATCH);
        return values == null ? NONE : new IfMatch(String.join(",", values));
    }
}
