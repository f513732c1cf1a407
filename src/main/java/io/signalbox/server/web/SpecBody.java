package io.signalbox.server.web;

import io.signalbox.spec.SpecParser;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;
import tools.jackson.databind.node.ObjectNode;

/**
 * A request's body that is one JSON object or one YAML mapping, read within limits. A controller's method takes it as a
 * parameter.
 *
 * @param bytes as sent
 * @param node what they say
 */
public record SpecBody(byte[] bytes, ObjectNode node) {

    /** Longest body, in bytes. */
    public static final int LONGEST = 1 << 20;

    private static final Set<String> YAML = Set.of("application/yaml", "application/x-yaml");

    /** Reads a request's body. 400, 413, 415 or 422 for what is not one. */
    public static SpecBody read(HttpServletRequest request) throws IOException {
        return read(request, LONGEST);
    }

    private static SpecBody read(HttpServletRequest request, int longest) throws IOException {
        boolean yaml = isYaml(request);
        if (request.getContentLengthLong() > longest) {
            throw tooLarge(longest);
        }
        byte[] bytes = request.getInputStream().readNBytes(longest + 1);
        if (bytes.length > longest) {
            throw tooLarge(longest);
        }
        return new SpecBody(bytes, yaml ? SpecParser.readYaml(bytes) : SpecParser.readJson(bytes, longest));
    }

    private static ApiException tooLarge(int longest) {
        return Problems.tooLarge("The body must be at most " + longest + " bytes long.");
    }

    private static boolean isYaml(HttpServletRequest request) {
        String encoding = request.getHeader(HttpHeaders.CONTENT_ENCODING);
        if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
            throw Problems.unsupportedType("Send the body as it is, without Content-Encoding.");
        }
        MediaType type = contentType(request.getContentType());
        String name = type.getType() + "/" + type.getSubtype().toLowerCase(Locale.ROOT);
        Charset charset = type.getCharset();
        boolean yaml = YAML.contains(name);
        if ((!yaml && !name.equals(MediaType.APPLICATION_JSON_VALUE))
                || (charset != null && !charset.equals(StandardCharsets.UTF_8))) {
            throw unsupported();
        }
        return yaml;
    }

    private static MediaType contentType(@Nullable String header) {
        if (header == null) {
            throw unsupported();
        }
        try {
            MediaType type = MediaType.parseMediaType(header);
            type.getCharset();
            return type;
        } catch (IllegalArgumentException malformed) {
            throw unsupported();
        }
    }

    private static ApiException unsupported() {
        return Problems.unsupportedType("Content-Type must be application/json or application/yaml, in UTF-8.");
    }

    /** Gives controllers their {@link SpecBody}. */
    static final class Resolver implements HandlerMethodArgumentResolver {

        @Override
        public boolean supportsParameter(MethodParameter parameter) {
            return parameter.getParameterType() == SpecBody.class;
        }

        @Override
        public Object resolveArgument(
                MethodParameter parameter,
                @Nullable ModelAndViewContainer container,
                NativeWebRequest request,
                @Nullable WebDataBinderFactory binderFactory)
                throws IOException {
            HttpServletRequest servletRequest = request.getNativeRequest(HttpServletRequest.class);
            if (servletRequest == null) {
                throw new IllegalStateException("A spec body is read from HTTP requests only");
            }
            BodyOf body = parameter.getMethodAnnotation(BodyOf.class);
            return read(servletRequest, body == null ? LONGEST : body.longest());
        }
    }
}
