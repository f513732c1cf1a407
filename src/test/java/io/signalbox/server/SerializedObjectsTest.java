package io.signalbox.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InvalidClassException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

/** Whatever is in the server's process, and whoever gets it to: it reads no serialized objects. */
class SerializedObjectsTest {

    /** In a process of its own: the filter is one for the whole of it. */
    @Test
    void areRefused() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Reader.class.getName())
                .redirectErrorStream(true)
                .start();

        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(said).contains("read before", "refused after").doesNotContain("read after");
    }

    /** Reads an object that it wrote itself, as a server does before its start and after. */
    static final class Reader {

        private Reader() {}

        public static void main(String[] args) throws Exception {
            tell("before");
            Signalbox.readNoSerializedObjects();
            tell("after");
        }

        private static void tell(String when) throws Exception {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
                out.writeObject(new ArrayList<>());
            }
            try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
                in.readObject();
                System.out.println("read " + when);
            } catch (InvalidClassException e) {
                System.out.println("refused " + when);
            }
        }
    }
}
