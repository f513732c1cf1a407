package io.signalbox.trainer;

import io.signalbox.link.FilePlace;
import java.io.IOException;
import java.nio.file.Path;

/** Puts files as trainers do, for tests of those who lend the addresses. */
public final class PutByTrainer {

    private PutByTrainer() {}

    public static void put(Path file, FilePlace place) throws IOException {
        Transfer.put(file, place);
    }
}
