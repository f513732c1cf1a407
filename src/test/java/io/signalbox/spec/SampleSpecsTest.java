package io.signalbox.spec;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.callback.Callbacks;
import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The samples that ship with the service pass its own checks, with the callbacks that there really are. */
class SampleSpecsTest {

    private final SpecParser parser = new SpecParser(new Callbacks());

    @ParameterizedTest
    @ValueSource(strings = {"classification", "regression", "digits-cnn", "mnist-lenet"})
    void parsesAndComesBackTheSame(String name) throws IOException {
        try (InputStream sample = SampleSpecsTest.class.getResourceAsStream("/samples/" + name + ".yaml")) {
            JobSpec spec = parser.parse(SpecParser.readYaml(sample.readAllBytes()));
            assertThat(parser.parse(parser.toJson(spec))).isEqualTo(spec);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"digits-cnn", "mnist-lenet"})
    void fitsPicturesOfDigits(String name) throws IOException {
        try (InputStream sample = SampleSpecsTest.class.getResourceAsStream("/samples/" + name + ".yaml")) {
            JobSpec spec = parser.parse(SpecParser.readYaml(sample.readAllBytes()));
            CheckedSpec checked = SpecCheck.check(spec, Specs.images(100), null);
            assertThat(checked.warnings()).isEmpty();
            assertThat(checked.validationExamples()).isEqualTo(100);
        }
    }
}
