package io.signalbox.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/** Builds jars of plugins, as their authors do: with {@code javac} and {@code jar}. */
public final class PluginJar {

    private static final Path EXAMPLE = Path.of("examples", "plugin");
    private static final String SERVICE = "META-INF/services/io.signalbox.callback.CallbackType";

    private PluginJar() {}

    /** The example of the documentation. */
    public static void example(Path jar) throws IOException {
        build(
                jar,
                Files.readString(EXAMPLE.resolve(SERVICE)),
                "org/example/HalveEvery.java",
                Files.readString(EXAMPLE.resolve("org/example/HalveEvery.java")));
    }

    /** A type whose constructor fails, and one that is not there. */
    public static void broken(Path jar) throws IOException {
        build(jar, "org.example.Broken\norg.example.Missing\n", "org/example/Broken.java", type("Broken", "", """
                public Broken() {
                    throw new IllegalStateException("out of order");
                }
                """));
    }

    /** A type {@code name} whose callback runs {@code code} at the end of each batch. */
    public static void atBatchEnd(Path jar, String name, String code) throws IOException {
        build(jar, "org.example." + name + "\n", "org/example/" + name + ".java", type(name, code, ""));
    }

    private static String type(String name, String atBatchEnd, String members) {
        return """
                package org.example;
                import io.signalbox.callback.*;
                public final class %1$s implements CallbackType<%1$s.Params> {
                    public record Params() {}
                    public String name() { return "%1$s"; }
                    public Class<Params> params() { return Params.class; }
                    public Callback create(String name, Params params) {
                        return new Callback() {
                            public String name() { return "another"; }
                            public void onTrainBatchEnd(int batch, Logs logs, Run run) { %2$s }
                        };
                    }
                    %3$s
                }
                """.formatted(name, atBatchEnd, members);
    }

    private static void build(Path jar, String services, String file, String source) throws IOException {
        Path folder = Files.createTempDirectory("plugin");
        Path java = folder.resolve(file);
        Files.createDirectories(java.getParent());
        Files.writeString(java, source);
        int errors = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        null,
                        null,
                        "-proc:none",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-d",
                        folder + "/out",
                        java.toString());
        assertThat(errors).isZero();
        Path temporary = jar.resolveSibling(jar.getFileName() + ".tmp");
        try (OutputStream out = Files.newOutputStream(temporary);
                JarOutputStream zip = new JarOutputStream(out)) {
            put(zip, SERVICE, services.getBytes(StandardCharsets.UTF_8));
            Path classes = folder.resolve("out");
            try (Stream<Path> files = Files.walk(classes)) {
                List<Path> all = files.filter(Files::isRegularFile).toList();
                for (Path one : all) {
                    put(zip, classes.relativize(one).toString().replace('\\', '/'), Files.readAllBytes(one));
                }
            }
        }
        Files.move(temporary, jar);
    }

    private static void put(JarOutputStream zip, String name, byte[] content) throws IOException {
        zip.putNextEntry(new JarEntry(name));
        zip.write(content);
        zip.closeEntry();
    }
}
