package io.signalbox.server;

import java.time.Clock;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.jdbc.autoconfigure.DataSourceProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.orm.jpa.JpaTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

@Configuration(proxyBeanMethods = false)
class ServerConfiguration {

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }

    @Bean
    Uptime uptime() {
        return Uptime.fromNow();
    }

    /**
     * All beans are known by now, so what is of which type is kept from here on: Spring keeps it only once it makes singletons,
     * after the web server and its filters have asked hundreds of times.
     */
    @Bean
    static BeanFactoryPostProcessor typesKept() {
        return ConfigurableListableBeanFactory::freezeConfiguration;
    }

    @Bean
    DiskSpace diskSpace(Home home) {
        return () -> home.root().toFile().getUsableSpace();
    }

    @Bean
    Database database(Home home, DataSourceProperties properties, SignalboxProperties settings) {
        return Database.of(home, properties, settings.servers());
    }

    @Bean
    JpaTransactionManager transactionManager(Database database) {
        return database.isEmbedded() ? new OneWriter() : new JpaTransactionManager();
    }

    /**
     * The one way to a transaction, and with it to write anything: see {@link OneWriter}. Spring's {@code @Transactional} is switched off: looking for it on every method of every
     * bean, and compiling that search, cost a start as much as anything else.
     */
    @Bean
    TransactionTemplate transactions(PlatformTransactionManager manager) {
        return new TransactionTemplate(manager);
    }
}
