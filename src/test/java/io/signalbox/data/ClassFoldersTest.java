package io.signalbox.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.signalbox.data.ClassFolders.Item;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassFoldersTest {

    private static final ClassFolders.Kind NOTES = new ClassFolders.Kind("notes", Set.of("txt"), Set.of(), false);

    /** Without the name (APPNOTE.TXT, 4.3.12). */
    private static final int DIRECTORY_ENTRY_BYTES = 46;

    @TempDir
    private Path folder;

    @Test
    void aZipWithAnyOneBitTurnedIsReadOrRefused() throws IOException {
        byte[] zip = zip();
        for (int bit = 0; bit < zip.length * Byte.SIZE; bit++) {
            zip[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
            assertThatItIsReadOrRefused(zip, "bit " + bit);
            zip[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
        }
    }

    @Test
    void aZipWhoseDirectorySaysAnythingOfItsFirstFileIsReadOrRefused() throws IOException {
        byte[] zip = zip();
        int entry = new String(zip, StandardCharsets.ISO_8859_1).indexOf("PK\1\2");
        for (int at = entry; at < entry + DIRECTORY_ENTRY_BYTES; at++) {
            byte whole = zip[at];
            for (int value = Byte.MIN_VALUE; value <= Byte.MAX_VALUE; value++) {
                zip[at] = (byte) value;
                assertThatItIsReadOrRefused(zip, "byte " + at + " as " + value);
            }
            zip[at] = whole;
        }
    }

    /** 64 MiB and a byte of nothing, in a zip of 64 KiB. */
    @Test
    void aFileThatUnpacksToTooMuchIsRefused() throws IOException {
        byte[] zip = Zips.zip(new TreeMap<>(Map.of("a/1.txt", new byte[(64 << 20) + 1], "b/2.txt", new byte[] {1})));
        Path file = Files.write(folder.resolve("bomb.zip"), zip);

        assertThat(zip).hasSizeLessThan(100_000);
        assertThatExceptionOfType(BadDataException.class)
                .isThrownBy(() -> readAll(file))
                .satisfies(refusal -> assertThat(refusal.problems())
                        .extracting(problem -> problem.code())
                        .containsExactly("zip.too-large"));
    }

    private static byte[] zip() {
        return Zips.zip(
                new TreeMap<>(Map.of("a/1.txt", new byte[] {1, 2, 3, 4, 5}, "b/2.txt", new byte[] {6, 7, 8, 9})));
    }

    private void assertThatItIsReadOrRefused(byte[] zip, String damage) throws IOException {
        Path file = Files.write(folder.resolve("notes.zip"), zip);
        Throwable thrown = catchThrowable(() -> readAll(file));
        assertThat(thrown == null || thrown instanceof BadDataException)
                .as("%s: %s", damage, thrown)
                .isTrue();
    }

    private static void readAll(Path file) throws IOException {
        try (ClassFolders folders = ClassFolders.open(file, NOTES)) {
            for (Item item : folders.training()) {
                folders.read(item);
            }
        }
    }
}
