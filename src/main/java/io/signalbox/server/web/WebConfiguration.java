package io.signalbox.server.web;

import java.net.URL;
import java.util.List;
import org.apache.catalina.core.StandardHost;
import org.apache.catalina.webresources.StandardRoot;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.validation.Errors;
import org.springframework.validation.Validator;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

@Configuration(proxyBeanMethods = false)
class WebConfiguration implements WebMvcConfigurer {

    @Override
    public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
        resolvers.add(new PagingResolver());
        resolvers.add(new SpecBody.Resolver());
        resolvers.add(new IfMatch.Resolver());
    }

    @Override
    public void addInterceptors(InterceptorRegistry registry) {
        registry.addInterceptor(new UnmatchedConditions());
    }

    /** Bodies are checked by the spec package: a validator that is on the class path is not started. */
    @Override
    public Validator getValidator() {
        return new Validator() {
            @Override
            public boolean supports(Class<?> type) {
                return false;
            }

            @Override
            public void validate(Object target, Errors errors) {}
        };
    }

    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> problemReports() {
        return factory -> factory.addContextCustomizers(context -> {
            if (context.getParent() instanceof StandardHost host) {
                host.setErrorReportValveClass(ProblemReportValve.class.getName());
            }
        });
    }

    /**
     * Tomcat serves no file itself. Left alone it would list every entry of the jar that runs everything, because API
     * documentation's page is in it, and keep the list.
     */
    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> noFilesOfTomcat() {
        return factory -> factory.addContextCustomizers(context -> context.setResources(new StandardRoot(context) {
            @Override
            public void createWebResourceSet(ResourceSetType type, String mount, URL url, String path) {}
        }));
    }
}
