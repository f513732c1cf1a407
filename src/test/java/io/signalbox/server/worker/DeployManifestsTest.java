package io.signalbox.server.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.signalbox.server.SignalboxProperties;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/** The manifests that people apply, against the model of Kubernetes' own API. */
class DeployManifestsTest {

    private static final Path FOLDER = Path.of("deploy/kubernetes");
    private static final KubernetesSerialization YAML = new KubernetesSerialization();

    static Stream<HasMetadata> things() {
        return Stream.of("access.yaml", "postgres.yaml", "server.yaml").flatMap(DeployManifestsTest::read);
    }

    private static Stream<HasMetadata> read(String file) {
        try {
            Object read = YAML.unmarshal(Files.readString(FOLDER.resolve(file)));
            return ((Collection<?>) read).stream().map(HasMetadata.class::cast);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @MethodSource("things")
    void knowEveryFieldThatTheySet(HasMetadata thing) {
        assertThat(thing.getClass().getPackageName()).as("kind").startsWith("io.fabric8.kubernetes.api.model");
        assertThat(unknown(thing, thing.getKind() + " " + thing.getMetadata().getName()))
                .isEmpty();
    }

    @Test
    void findsAFieldThatKubernetesDoesNotKnow() {
        Object service = YAML.unmarshal("""
                apiVersion: v1
                kind: Service
                metadata: {name: s}
                spec: {ports: [{port: 1, prot: 2}]}
                """);

        assertThat(unknown(service, "Service")).containsExactly("Service.spec.ports.prot");
    }

    @Test
    void letTheServerReadNoSecretAndTouchNothingElse() {
        Role role = things().filter(Role.class::isInstance)
                .map(Role.class::cast)
                .findFirst()
                .orElseThrow();

        Map<String, List<String>> verbs = new HashMap<>();
        for (PolicyRule rule : role.getRules()) {
            rule.getResources().forEach(resource -> verbs.put(resource, rule.getVerbs()));
        }
        assertThat(verbs).containsOnlyKeys("jobs", "pods", "secrets");
        assertThat(verbs.get("jobs")).containsExactlyInAnyOrder("create", "get", "list", "watch", "patch", "delete");
        assertThat(verbs.get("pods")).containsExactlyInAnyOrder("list", "watch");
        assertThat(verbs.get("secrets")).containsExactlyInAnyOrder("create", "patch", "delete");
    }

    @Test
    void setWhatTheServerUnderstands() {
        Map<String, Object> variables = new HashMap<>();
        things().filter(ConfigMap.class::isInstance).forEach(map -> variables.putAll(((ConfigMap) map).getData()));
        StandardEnvironment environment = new StandardEnvironment();
        environment.getPropertySources().addFirst(new SystemEnvironmentPropertySource("systemEnvironment", variables));

        SignalboxProperties properties = Binder.get(environment)
                .bind("signalbox", SignalboxProperties.class)
                .get();
        KubernetesProperties kubernetes = Binder.get(environment)
                .bind("signalbox.kubernetes", KubernetesProperties.class)
                .get();

        assertThat(properties.launcher()).isEqualTo(SignalboxProperties.Launcher.KUBERNETES);
        assertThat(properties.files().store()).isEqualTo(SignalboxProperties.Store.S3);
        assertThat(properties.files().s3().bucket()).isEqualTo("signalbox");
        assertThat(properties.files().nodeFolder()).isEqualTo(Path.of("/scratch"));
        assertThat(properties.link().port()).isEqualTo(7070);
        assertThat(properties.link().host()).isEqualTo("signalbox");
        assertThat(kubernetes.image()).isEqualTo("registry.example.org/signalbox:0.1.0");
    }

    @Test
    void composeSetsWhatTheServerUnderstandsAndLeavesSecretsToWhoeverStartsIt() throws IOException {
        Map<?, ?> compose = YAML.unmarshal(Files.readString(Path.of("docker-compose.yml")), Map.class);
        Map<?, ?> server = (Map<?, ?>) ((Map<?, ?>) compose.get("services")).get("server");
        Map<String, Object> variables = new HashMap<>();
        ((Map<?, ?>) server.get("environment"))
                .forEach((name, value) ->
                        variables.put((String) name, value.toString().replaceAll("\\$\\{\\w+:-([^}]*)}", "$1")));
        StandardEnvironment environment = new StandardEnvironment();
        environment.getPropertySources().addFirst(new SystemEnvironmentPropertySource("systemEnvironment", variables));

        SignalboxProperties properties = Binder.get(environment)
                .bind("signalbox", SignalboxProperties.class)
                .get();

        assertThat(properties.files().store()).isEqualTo(SignalboxProperties.Store.S3);
        assertThat(properties.files().s3().endpoint()).hasHost("storage");
        assertThat(properties.files().nodeFolder()).startsWithRaw(properties.home());
        assertThat(variables.get("SPRING_DATASOURCE_PASSWORD").toString()).startsWith("${POSTGRES_PASSWORD:?");
        assertThat(variables.get("AWS_SECRET_ACCESS_KEY").toString()).startsWith("${S3_SECRET_KEY:?");
    }

    /** Where the model has no field for what was read, it keeps it as an additional property. */
    private static List<String> unknown(Object value, String path) {
        List<String> unknown = new ArrayList<>();
        if (value instanceof Collection<?> many) {
            many.forEach(one -> unknown.addAll(unknown(one, path)));
        } else if (value != null && value.getClass().getName().startsWith("io.fabric8.kubernetes.api.model")) {
            for (Field field : value.getClass().getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers())) {
                    unknown.addAll(unknown(value, field, path));
                }
            }
        }
        return unknown;
    }

    private static List<String> unknown(Object value, Field field, String path) {
        try {
            field.setAccessible(true);
            Object held = field.get(value);
            if (field.getName().equals("additionalProperties") && held instanceof Map<?, ?> more) {
                return more.keySet().stream().map(name -> path + "." + name).toList();
            }
            return unknown(held, path + "." + field.getName());
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }
}
