package io.signalbox.server.web;

import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import io.swagger.v3.core.converter.AnnotatedType;
import io.swagger.v3.core.converter.ModelConverter;
import io.swagger.v3.core.converter.ModelConverterContext;
import io.swagger.v3.core.converter.ModelConverters;
import io.swagger.v3.core.jackson.ModelResolver;
import io.swagger.v3.core.util.Json;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.JsonSchema;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springdoc.core.customizers.OperationCustomizer;
import org.springdoc.core.providers.ObjectMapperProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.DependsOn;
import org.springframework.context.annotation.Lazy;
import org.springframework.http.MediaType;
import tools.jackson.databind.JsonNode;

/** What the served OpenAPI document says beside what it reads from the controllers. */
@Lazy
@Configuration(proxyBeanMethods = false)
class OpenApiConfiguration {

    private static final String TOKEN = "token";
    private static final String BASE = "/api/v1/";

    private static final ApiResponse PROBLEM = new ApiResponse()
            .description("What is wrong (RFC 9457)")
            .content(new Content()
                    .addMediaType(
                            MediaType.APPLICATION_PROBLEM_JSON_VALUE,
                            new io.swagger.v3.oas.models.media.MediaType()
                                    .schema(new JsonSchema().typesItem("object"))));

    @Bean
    OpenAPI api() {
        return new OpenAPI()
                .info(new Info()
                        .title("Signalbox")
                        .version("v1")
                        .description("Trains deep-learning models, shows every run live, and lets people steer it."))
                .addSecurityItem(new SecurityRequirement().addList(TOKEN))
                .components(new Components()
                        .addSecuritySchemes(
                                TOKEN,
                                new SecurityScheme()
                                        .type(SecurityScheme.Type.HTTP)
                                        .scheme("bearer")
                                        .description("What the file token in the server's home folder holds.")));
    }

    /** Names as the API's JSON has them. */
    @Bean
    ModelResolver snakeCase(ObjectMapperProvider mappers) {
        return new ModelResolver(
                mappers.jsonMapper().copy().setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE));
    }

    @Bean
    @DependsOn("modelConverterRegistrar")
    OperationCustomizer ownParameters() {
        ModelConverters.getInstance(true).addConverter(OpenApiConfiguration::plainJson);
        return new OwnParameters();
    }

    @Bean
    OpenApiCustomizer problems() {
        return api -> api.getPaths()
                .forEach((path, item) -> item.readOperations().forEach(operation -> {
                    if (path.startsWith(BASE)) {
                        operation.setTags(List.of(path.substring(BASE.length()).split("/")[0]));
                        operation.getResponses().putIfAbsent("default", PROBLEM);
                    }
                }));
    }

    /**
     * Nothing of springdoc's is made before somebody asks for the document: its beans and two libraries' classes would cost
     * each start what few starts need.
     */
    @Bean
    static BeanFactoryPostProcessor madeWhenAsked() {
        return beans -> Stream.of(beans.getBeanDefinitionNames())
                .map(beans::getBeanDefinition)
                .filter(OpenApiConfiguration::isOfSpringdoc)
                .forEach(bean -> bean.setLazyInit(true));
    }

    private static boolean isOfSpringdoc(BeanDefinition bean) {
        return Stream.of(bean.getBeanClassName(), bean.getFactoryBeanName())
                .anyMatch(name -> name != null && name.startsWith("org.springdoc."));
    }

    /**
     * JSON taken or given as it is: any object, not the methods of Jackson's class. Must be put in front of springdoc's own
     * converters, which stumble over those, and so after them.
     */
    private static @Nullable Schema<?> plainJson(
            AnnotatedType type, ModelConverterContext context, Iterator<ModelConverter> chain) {
        JavaType java = Json.mapper().constructType(type.getType());
        if (java != null && JsonNode.class.isAssignableFrom(java.getRawClass())) {
            return new JsonSchema().typesItem("object");
        }
        return chain.hasNext() ? chain.next().resolve(type, context, chain) : null;
    }
}
