package io.signalbox.server.demo;

import io.signalbox.server.job.Jobs;
import io.signalbox.spec.SpecParser;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.core.io.ClassPathResource;
import org.springframework.stereotype.Component;

/** Submits an example when the service is started with the argument {@code demo}. */
@Component
class Demo implements ApplicationRunner {

    private static final Logger log = LoggerFactory.getLogger(Demo.class);

    private static final String ARGUMENT = "demo";

    private final Jobs jobs;

    Demo(Jobs jobs) {
        this.jobs = jobs;
    }

    @Override
    public void run(ApplicationArguments arguments) throws IOException {
        if (arguments.getNonOptionArgs().contains(ARGUMENT)) {
            byte[] spec = new ClassPathResource("samples/demo.yaml").getContentAsByteArray();
            long id = jobs.submit(SpecParser.readYaml(spec), null).job().id();
            log.info("demo: job {} trains now; open the dashboard to watch it", id);
        }
    }
}
