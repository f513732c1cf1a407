package io.signalbox.server.job;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Counts this machine's graphics processors without loading any native code. */
final class Gpus {

    /** Where NVIDIA's driver for Linux has a folder for each. */
    private static final Path DRIVER = Path.of("/proc/driver/nvidia/gpus");

    private Gpus() {}

    /** Those that the driver knows; 0 where there is none. */
    static int count() {
        return count(DRIVER);
    }

    static int count(Path driver) {
        try (Stream<Path> each = Files.list(driver)) {
            return (int) each.count();
        } catch (IOException e) {
            return 0; // there is no driver
        }
    }
}
