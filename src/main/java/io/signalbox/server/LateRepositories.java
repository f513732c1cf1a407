package io.signalbox.server;

import org.springframework.beans.factory.config.DependencyDescriptor;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.annotation.ContextAnnotationAutowireCandidateResolver;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.data.repository.Repository;

/**
 * Hands out repositories that are made when they are first asked, so that the start goes on while Hibernate starts beside it.
 * Spring Data's deferred mode does the same, but not for beans that the build has laid out.
 */
final class LateRepositories implements ApplicationContextInitializer<GenericApplicationContext> {

    @Override
    public void initialize(GenericApplicationContext context) {
        context.getDefaultListableBeanFactory()
                .setAutowireCandidateResolver(new ContextAnnotationAutowireCandidateResolver() {
                    @Override
                    protected boolean isLazy(DependencyDescriptor descriptor) {
                        return super.isLazy(descriptor)
                                || Repository.class.isAssignableFrom(descriptor.getDependencyType());
                    }
                });
    }
}
