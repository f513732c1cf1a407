package io.signalbox.server.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.callback.Callbacks;
import io.signalbox.server.Home;
import io.signalbox.server.SignalboxProperties;
import io.signalbox.spec.JobSpec;
import io.signalbox.spec.Problem;
import io.signalbox.spec.SpecParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import tools.jackson.databind.json.JsonMapper;

class OperatorModelsTest {

    private static final JobSpec SPEC =
            new SpecParser(new Callbacks()).parse(SpecParser.readYaml("""
            epochs: 1
            data: {dataset: d}
            model: {type: torchscript, name: net}
            """.getBytes(StandardCharsets.UTF_8)));

    @TempDir
    Path folder;

    @Test
    void areRefusedWhereTheOperatorHasNotSwitchedThemOn() throws IOException {
        assertThat(problems(false, home -> Files.writeString(home.models().resolve("net.pt"), "")))
                .singleElement()
                .satisfies(problem -> {
                    assertThat(problem.pointer()).isEqualTo("#/model/type");
                    assertThat(problem.detail()).contains("signalbox.models.torchscript");
                });
    }

    @Test
    void areFoundByTheirName() throws IOException {
        assertThat(problems(true, home -> Files.writeString(home.models().resolve("net.pt"), "")))
                .isEmpty();
    }

    @Test
    void areRefusedWithTheNamesThatThereAre() throws IOException {
        assertThat(problems(true, home -> Files.writeString(home.models().resolve("other.pt"), "")))
                .singleElement()
                .satisfies(problem -> {
                    assertThat(problem.pointer()).isEqualTo("#/model/name");
                    assertThat(problem.detail()).endsWith("there are other");
                });
    }

    @Test
    void areRefusedWhereALinkLeadsOutOfTheFolder() throws IOException {
        Path outside = Files.writeString(folder.resolve("outside.pt"), "");

        assertThat(problems(true, home -> Files.createSymbolicLink(home.models().resolve("net.pt"), outside)))
                .singleElement()
                .satisfies(problem -> assertThat(problem.code()).isEqualTo("model.not-found"));
    }

    private interface Placing {
        void in(Home home) throws IOException;
    }

    private List<Problem> problems(boolean on, Placing placing) throws IOException {
        Map<String, String> settings = Map.of(
                "signalbox.home",
                folder.resolve("home").toString(),
                "signalbox.models.torchscript",
                String.valueOf(on));
        SignalboxProperties properties = new Binder(new MapConfigurationPropertySource(settings))
                .bindOrCreate("signalbox", SignalboxProperties.class);
        List<Problem> problems = new ArrayList<>();
        try (Home home = new Home(properties)) {
            placing.in(home);
            new OperatorModels(home, properties, new JsonMapper()).check(SPEC, problems);
        }
        return problems;
    }
}
