package io.signalbox.server.web;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Arrays;
import java.util.Set;
import org.springframework.http.HttpHeaders;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;

/** Refuses changes on condition of an entity tag where there are no entity tags: to make them all the same would be wrong. */
final class UnmatchedConditions implements HandlerInterceptor {

    private static final Set<String> CHANGES = Set.of("POST", "PUT", "PATCH", "DELETE");

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        String header = request.getHeader(HttpHeaders.IF_MATCH);
        if (header != null && CHANGES.contains(request.getMethod()) && !takes(handler)) {
            new IfMatch(header).requireNothing();
        }
        return true;
    }

    private static boolean takes(Object handler) {
        return handler instanceof HandlerMethod method
                && Arrays.asList(method.getMethod().getParameterTypes()).contains(IfMatch.class);
    }
}
