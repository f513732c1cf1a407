package io.signalbox.server.notify;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.callback.Callbacks;
import io.signalbox.spec.JobSpec;
import io.signalbox.spec.Problem;
import io.signalbox.spec.SpecParser;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.mail.javamail.JavaMailSenderImpl;

class ReachableRuleTest {

    private final ReachableRule rule = new ReachableRule(
            ReachableAddressesTest.reachable("10.1.0.0/16"),
            new Mail(new JavaMailSenderImpl(), "", ReachableAddressesTest.properties("")));

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', nullValues = "none", textBlock = """
            {type: Notify, url: 'https://hooks.example.org/x'}    | none
            {type: Notify, url: 'http://10.1.2.3/x'}              | none
            {type: Notify, url: 'http://10.2.2.3/x'}              | #/callbacks/0/url webhook.url
            {type: Notify, url: 'http://169.254.169.254/latest'}  | #/callbacks/0/url webhook.url
            {type: Notify, url: 'http://LOCALHOST:9000/'}         | #/callbacks/0/url webhook.url
            {type: Notify, url: 'http://a.localhost./'}           | #/callbacks/0/url webhook.url
            {type: Notify, url: 'http://[::1]/'}                  | #/callbacks/0/url webhook.url
            {type: Notify, url: 'http://2130706433/'}             | #/callbacks/0/url webhook.url
            {type: Notify, to: 'a@example.org'}                   | #/callbacks/0/to notify.email
            {type: RemoteMonitor}                                 | #/callbacks/0/root webhook.url
            """)
    void refusesWhatCouldNeverBeSent(String callback, String expected) {
        JobSpec spec = new SpecParser(new Callbacks())
                .parse(SpecParser.readYaml(("epochs: 1\ndata: {dataset: d}\nmodel: {type: mlp, hidden: [2]}\n"
                                + "loss: mse\ncallbacks: [" + callback + "]")
                        .getBytes(StandardCharsets.UTF_8)));
        List<Problem> problems = new ArrayList<>();

        rule.check(spec, problems);

        assertThat(problems.stream().map(p -> p.pointer() + " " + p.code()))
                .isEqualTo(expected == null ? List.of() : List.of(expected));
    }
}
