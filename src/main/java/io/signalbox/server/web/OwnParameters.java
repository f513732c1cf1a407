package io.signalbox.server.web;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.signalbox.spec.schema.Binder;
import io.swagger.v3.core.util.Json31;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.JsonSchema;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.parameters.HeaderParameter;
import io.swagger.v3.oas.models.parameters.Parameter;
import io.swagger.v3.oas.models.parameters.QueryParameter;
import io.swagger.v3.oas.models.parameters.RequestBody;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.springdoc.core.customizers.OperationCustomizer;
import org.springdoc.core.utils.SpringDocUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.web.method.HandlerMethod;

/** Documents what controllers take as {@link Paging}, {@link SpecBody} and {@link IfMatch}. */
final class OwnParameters implements OperationCustomizer {

    OwnParameters() {
        SpringDocUtils.getConfig().addRequestWrapperToIgnore(Paging.class, SpecBody.class, IfMatch.class);
    }

    @Override
    public Operation customize(Operation operation, HandlerMethod method) {
        if (takes(method, Paging.class)) {
            List<Parameter> parameters =
                    new ArrayList<>(operation.getParameters() == null ? List.of() : operation.getParameters());
            parameters.add(new QueryParameter()
                    .name("limit")
                    .description("Most items")
                    .schema(new JsonSchema()
                            .typesItem("integer")
                            .minimum(BigDecimal.ONE)
                            .maximum(BigDecimal.valueOf(Paging.MOST))
                            ._default(Paging.DEFAULT)));
            parameters.add(new QueryParameter()
                    .name("cursor")
                    .description("The next_cursor of the page before")
                    .schema(new JsonSchema().typesItem("string")));
            operation.setParameters(parameters);
        }
        if (takes(method, IfMatch.class)) {
            operation.addParametersItem(new HeaderParameter()
                    .name(HttpHeaders.IF_MATCH)
                    .description(
                            "The ETag that GET /api/v1/jobs/{id} answered with: 412 if the job has changed its state or"
                                    + " its spec since")
                    .schema(new JsonSchema().typesItem("string")));
        }
        if (takes(method, SpecBody.class)) {
            MediaType object = new MediaType().schema(body(method));
            operation.setRequestBody(new RequestBody()
                    .required(true)
                    .content(new Content()
                            .addMediaType("application/json", object)
                            .addMediaType("application/yaml", object)));
        }
        return operation;
    }

    private static Schema<?> body(HandlerMethod method) {
        BodyOf body = method.getMethodAnnotation(BodyOf.class);
        return body == null
                ? new JsonSchema().typesItem("object")
                : schema(Binder.schema(body.value()).toString());
    }

    private static Schema<?> schema(String json) {
        try {
            return Json31.mapper().readValue(json, JsonSchema.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a record's JSON Schema is none", e);
        }
    }

    private static boolean takes(HandlerMethod method, Class<?> type) {
        return Arrays.asList(method.getMethod().getParameterTypes()).contains(type);
    }
}
