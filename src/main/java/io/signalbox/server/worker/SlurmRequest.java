package io.signalbox.server.worker;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * An attempt as Slurm is asked for it.
 *
 * @param folder in which it runs
 * @param nice what is taken off its priority
 * @param minutes that it may take; null for what the partition gives
 * @param script what runs on the node
 */
record SlurmRequest(
        String name,
        Path folder,
        int cpus,
        int gpus,
        long mebibytes,
        int nice,
        @Nullable Long minutes,
        String script) {

    /** On the node, before {@code signalbox.slurm.setup}. */
    static final String PATH = "/usr/local/bin:/usr/bin:/bin";

    /** The file for what it prints, in Slurm's spelling. */
    String output() {
        return folder.resolve("trainer.log").toString().replace("%", "%%");
    }
}
