package io.signalbox.link;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Has a trainer process tell what plugins there are, so that no other process need load them. */
public final class PluginDescriber {

    /** First argument of a trainer that is to do so; the second is the folder. */
    public static final String ARGUMENT = "--describe-plugins";

    private static final int SECONDS = 30;
    private static final long LONGEST = 1 << 20;

    private PluginDescriber() {}

    /**
     * The description as JSON: {@code {"types": [{name, jar, schema}], "faults": [sentence]}}.
     *
     * @throws IOException if the process could not be started, took too long or failed: what a plugin does while it is
     *     loaded may be anything
     */
    public static String describe(Path folder) throws IOException, InterruptedException {
        Path answer = Files.createTempFile("signalbox-plugins", ".json");
        try {
            Process process = TrainerCommand.describing(folder)
                    .redirectOutput(answer.toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            // Its standard input stays open: at the end of it the process takes this one for dead.
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException("a plugin kept the process that reads them for more than " + SECONDS + " s");
            }
            if (process.exitValue() != TrainerCommand.EXIT_DONE || Files.size(answer) > LONGEST) {
                throw new IOException("the process that reads them ended with exit code " + process.exitValue());
            }
            return Files.readString(answer, StandardCharsets.UTF_8);
        } finally {
            Files.deleteIfExists(answer);
        }
    }
}
