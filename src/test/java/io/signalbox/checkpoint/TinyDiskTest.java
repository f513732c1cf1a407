package io.signalbox.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.signalbox.checkpoint.Manifest.Facts;
import io.signalbox.checkpoint.Manifest.Kind;
import io.signalbox.harness.TinyDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checkpoints on a real file system that has no room for them, or takes no writes: what was there stays, and nothing else. */
class TinyDiskTest {

    private static final String LARGE = "x".repeat(100_000);

    @TempDir
    Path folder;

    private TinyDisk disk;
    private CheckpointFolder checkpoints;

    @BeforeEach
    void aCheckpointOnATinyDisk() throws IOException {
        disk = TinyDisk.mount(folder.resolve("disk"), "size=256k,nr_inodes=40");
        checkpoints = new CheckpointFolder(disk.root().resolve("checkpoints"));
        write("old");
    }

    @AfterEach
    void unmount() {
        if (disk != null) {
            disk.close();
        }
    }

    private void write(String data) throws IOException {
        checkpoints.write(
                "best", new Facts(0, 1, Kind.FULL, Map.of(), Instant.EPOCH), Map.of("data", Content.text(data)));
    }

    private String data() throws IOException {
        checkpoints.verify("best");
        return Files.readString(checkpoints.file("best", "data"));
    }

    private void assertOnlyTheOldOneIsThere() throws IOException {
        assertThat(data()).isEqualTo("old");
        try (var entries = Files.list(disk.root().resolve("checkpoints"))) {
            assertThat(entries.map(entry -> entry.getFileName().toString())).containsExactly("best");
        }
    }

    @Test
    void aDiskThatFillsUpInTheMiddleKeepsTheOldOne() throws IOException {
        Files.writeString(disk.root().resolve("other"), "x".repeat(180_000));

        assertThatIOException().isThrownBy(() -> write(LARGE)).withMessageContaining("No space left on device");

        assertOnlyTheOldOneIsThere();
        Files.delete(disk.root().resolve("other"));
        write(LARGE);
        assertThat(data()).isEqualTo(LARGE);
    }

    @Test
    void aFullDiskKeepsTheOldOne() throws IOException {
        disk.fill();

        assertThatIOException().isThrownBy(() -> write("new"));

        assertOnlyTheOldOneIsThere();
        disk.free();
        write("new");
        assertThat(data()).isEqualTo("new");
    }

    @Test
    void aDiskThatTakesNoMoreFilesKeepsTheOldOne() throws IOException {
        disk.fillWithFiles();

        assertThatIOException().isThrownBy(() -> write("new"));

        assertOnlyTheOldOneIsThere();
        disk.free();
        write("new");
        assertThat(data()).isEqualTo("new");
    }

    @Test
    void aDiskThatTurnsReadOnlyKeepsTheOldOne() throws IOException {
        disk.makeReadOnly();

        assertThatIOException().isThrownBy(() -> write("new"));

        assertOnlyTheOldOneIsThere();
        disk.makeWritable();
        write("new");
        assertThat(data()).isEqualTo("new");
    }
}
