package io.signalbox.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.signalbox.data.ClassFolders.Item;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassFoldersTest {

    private static final ClassFolders.Kind NOTES = new ClassFolders.Kind("notes", Set.of("txt"), Set.of(), false);

    @TempDir
    private Path folder;

    @Test
    void aZipWithAnyOneByteDamagedIsReadOrRefused() throws IOException {
        byte[] zip = Zips.zip(Map.of("a/1.txt", new byte[] {1, 2, 3, 4, 5}, "b/2.txt", new byte[] {6, 7, 8, 9}));
        Path file = folder.resolve("notes.zip");

        for (int at = 0; at < zip.length; at++) {
            byte whole = zip[at];
            for (int value = Byte.MIN_VALUE; value <= Byte.MAX_VALUE; value++) {
                zip[at] = (byte) value;
                Files.write(file, zip);
                Throwable thrown = catchThrowable(() -> readAll(file));
                assertThat(thrown == null || thrown instanceof BadDataException)
                        .as("byte %d as %d: %s", at, value, thrown)
                        .isTrue();
            }
            zip[at] = whole;
        }
    }

    private static void readAll(Path file) throws IOException {
        try (ClassFolders folders = ClassFolders.open(file, NOTES)) {
            for (Item item : folders.training()) {
                folders.read(item);
            }
        }
    }
}
