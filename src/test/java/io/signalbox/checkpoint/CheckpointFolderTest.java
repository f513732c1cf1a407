package io.signalbox.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.signalbox.checkpoint.Manifest.Facts;
import io.signalbox.checkpoint.Manifest.Kind;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointFolderTest {

    private static final Instant NOON = Instant.parse("2025-03-01T12:00:00.123Z");

    @TempDir
    Path directory;

    private Path folder;
    private CheckpointFolder checkpoints;

    @BeforeEach
    void open() {
        folder = directory.resolve("checkpoints");
        checkpoints = new CheckpointFolder(folder);
    }

    @Test
    void aCheckpointComesBackAsItWasWritten() throws IOException {
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("val_loss", 0.25);
        metrics.put("loss", Double.NaN);
        metrics.put("grad", Double.NEGATIVE_INFINITY);
        Facts facts = new Facts(3, 400, Kind.FULL, metrics, NOON);

        Manifest written = checkpoints.write("best", facts, files("hello"));

        assertThat(checkpoints.read("best")).isEqualTo(written);
        assertThat(checkpoints.verify("best")).isEqualTo(written);
        assertThat(written.facts()).isEqualTo(facts);
        assertThat(written.bytes()).isEqualTo("hello".length() + "{}".length());
        assertThat(written.sha256()).isEqualTo(Sha256.of(Files.readAllBytes(folder.resolve("best/manifest.json"))));
        assertThat(Files.readString(checkpoints.file("best", "data"))).isEqualTo("hello");
        assertThat(names()).containsExactly("best");
    }

    @Test
    void oneOfTheSameNameIsReplaced() throws IOException {
        checkpoints.write("best", facts(1, Kind.FULL), files("old"));
        checkpoints.write("best", facts(2, Kind.FULL), files("new"));

        assertThat(checkpoints.verify("best").facts().step()).isEqualTo(2);
        assertThat(Files.readString(checkpoints.file("best", "data"))).isEqualTo("new");
        assertThat(names()).containsExactly("best");
    }

    @Test
    void whatIsOpenStaysAsItWasWhenItIsReplaced() throws IOException {
        checkpoints.write("best", facts(1, Kind.FULL), files("old"));

        try (CheckpointFiles open = checkpoints.open("best")) {
            checkpoints.write("best", facts(2, Kind.FULL), files("new"));

            assertThat(Channels.newInputStream(open.channel("data"))).hasContent("old");
        }
    }

    @Test
    void aWriterWhoseWorkshopWasTakenAwayChangesNothing() throws IOException {
        Path workshop = Files.createDirectory(directory.resolve("saving"));
        CheckpointFolder old = new CheckpointFolder(folder, workshop);
        old.write("best", facts(1, Kind.FULL), files("old"));
        old.write("epoch-001", facts(1, Kind.FULL), files("first"));
        assertThat(names()).containsExactlyInAnyOrder("best", "epoch-001");

        Files.delete(workshop);
        checkpoints.write("best", facts(2, Kind.FULL), files("new"));

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> old.write("best", facts(3, Kind.FULL), files("late")));
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> old.remove("epoch-001"));
        assertThat(Files.readString(checkpoints.file("best", "data"))).isEqualTo("new");
        assertThat(checkpoints.verify("epoch-001").facts().step()).isEqualTo(1);
        assertThat(names()).containsExactlyInAnyOrder("best", "epoch-001");
    }

    @Test
    void aCheckpointThatWasReadyWhenTheWorkshopWasTakenAwayDoesNotComeIntoPlace() throws IOException {
        Path workshop = Files.createDirectory(directory.resolve("saving"));
        checkpoints.write("best", facts(2, Kind.FULL), files("new"));
        CheckpointFolder old = new CheckpointFolder(folder, workshop);

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> old.write("best", facts(3, Kind.FULL), Map.of("data", out -> {
                    out.write(java.nio.ByteBuffer.wrap("late".getBytes(java.nio.charset.StandardCharsets.UTF_8)));
                    Files.move(workshop, directory.resolve("gone"));
                })));

        assertThat(Files.readString(checkpoints.file("best", "data"))).isEqualTo("new");
        assertThat(names()).containsExactly("best");
    }

    @Test
    void oneThatLostItsManifestIsSetAsideForTheNewOne() throws IOException {
        checkpoints.write("best", facts(1, Kind.FULL), files("old"));
        Files.delete(folder.resolve("best/manifest.json"));

        checkpoints.write("best", facts(2, Kind.FULL), files("new"));

        assertThat(Files.readString(checkpoints.file("best", "data"))).isEqualTo("new");
        assertThat(checkpoints.list()).hasSize(1);
        assertThat(names())
                .hasSize(2)
                .anySatisfy(
                        name -> assertThat(folder.resolve(name).resolve("data")).hasContent("old"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"data", "state.json"})
    void aChangedFileIsNamed(String file) throws IOException {
        checkpoints.write("a", facts(1, Kind.FULL), files("hello"));
        byte[] bytes = Files.readAllBytes(folder.resolve("a").resolve(file));
        bytes[1] ^= 4;
        Files.write(folder.resolve("a").resolve(file), bytes);

        assertBroken("a", "checkpoint.hash", file);
    }

    @Test
    void aFileThatIsShorterOrMissingOrALinkIsNamed() throws IOException {
        checkpoints.write("a", facts(1, Kind.FULL), files("hello"));
        Path data = folder.resolve("a/data");

        Files.writeString(data, "hell");
        assertBroken("a", "checkpoint.size", "data");
        Files.delete(data);
        assertBroken("a", "checkpoint.file_missing", "data");
        Files.createSymbolicLink(data, Files.writeString(directory.resolve("elsewhere"), "hello"));
        assertBroken("a", "checkpoint.unreadable", "data");
    }

    @Test
    void aDamagedManifestIsRefusedAndNotListed() throws IOException {
        checkpoints.write("a", facts(1, Kind.FULL), files("hello"));
        Path manifest = folder.resolve("a/manifest.json");
        String json = Files.readString(manifest);
        for (String bad : List.of(
                json.substring(0, json.length() - 3),
                json.replace("\"format_version\" : 1", "\"format_version\" : 2"),
                json.replace("\"name\" : \"a\"", "\"name\" : \"b\""),
                json.replace("\"data\"", "\"../data\""),
                json.replace("\"full\"", "\"half\""),
                json.replace("\"epoch\" : 0", "\"epoch\" : \"x\""),
                "[]",
                "")) {
            Files.writeString(manifest, bad);
            assertBroken("a", "checkpoint.manifest", "manifest.json");
            assertThat(checkpoints.list()).isEmpty();
        }
    }

    @Test
    void listsNewestFirstAndLeavesOtherThingsAlone() throws IOException {
        checkpoints.write("epoch-001", facts(10, Kind.WEIGHTS), files("1"));
        checkpoints.write("epoch-003", facts(30, Kind.FULL), files("3"));
        checkpoints.write("epoch-002", facts(20, Kind.FULL), files("2"));
        Path foreign = Files.createDirectories(folder.resolve("notes"));
        Files.createSymbolicLink(folder.resolve("link"), folder.resolve("epoch-001"));

        assertThat(checkpoints.list())
                .extracting(Manifest::name)
                .containsExactly("epoch-003", "epoch-002", "epoch-001");
        assertThat(checkpoints.remove("notes")).isFalse();
        assertThat(checkpoints.remove("link")).isFalse();
        checkpoints.cleanUp();
        assertThat(foreign).exists();
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> checkpoints.write("notes", facts(1, Kind.FULL), files("x")));
        assertThat(foreign).isEmptyDirectory();
    }

    @Test
    void theNewestFullOneThatVerifiesIsFoundAndBrokenOnesAreTold() throws IOException {
        checkpoints.write("old", facts(10, Kind.FULL), files("1"));
        checkpoints.write("new", facts(20, Kind.FULL), files("2"));
        checkpoints.write("weights", facts(30, Kind.WEIGHTS), files("3"));
        Files.writeString(folder.resolve("new/data"), "9");
        List<String> broken = new ArrayList<>();

        assertThat(checkpoints.newestFull(e -> broken.add(e.getMessage())))
                .hasValueSatisfying(manifest -> assertThat(manifest.name()).isEqualTo("old"));
        assertThat(broken).singleElement().asString().contains("'data' of checkpoint 'new'");
    }

    @Test
    void retentionKeepsTheNewestWholeOnesOfAPrefix() throws IOException {
        for (int step = 1; step <= 5; step++) {
            checkpoints.write("backup-" + step, facts(step, Kind.FULL), files("x"));
        }
        checkpoints.write("final", facts(0, Kind.FULL), files("x"));
        Files.delete(folder.resolve("backup-5/data"));

        assertThat(checkpoints.keepNewest("backup-", 2)).containsExactly("backup-2", "backup-1");
        assertThat(checkpoints.list())
                .extracting(Manifest::name)
                .containsExactly("backup-5", "backup-4", "backup-3", "final");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "../a", "a/b", ".hidden", "-a", "a b", "ä", "a\0", "a\n"})
    void namesThatAreNoNamesAreRefused(String name) {
        assertThatExceptionOfType(CheckpointException.class)
                .isThrownBy(() -> checkpoints.write(name, facts(1, Kind.FULL), files("x")))
                .satisfies(e -> assertThat(e.code()).isEqualTo("checkpoint.name"));
        assertThatExceptionOfType(CheckpointException.class).isThrownBy(() -> checkpoints.verify(name));
    }

    @Test
    void onlyFilesOfTheManifestAreServed() throws IOException {
        checkpoints.write("a", facts(1, Kind.FULL), files("hello"));
        Files.writeString(folder.resolve("a/extra"), "x");

        assertThatExceptionOfType(CheckpointException.class).isThrownBy(() -> checkpoints.file("a", "extra"));
        assertThatExceptionOfType(CheckpointException.class).isThrownBy(() -> checkpoints.file("a", "../a/data"));
        assertThat(checkpoints.file("a", "manifest.json")).exists();
    }

    @Test
    void zipsAWholeCheckpoint() throws IOException {
        checkpoints.write("a", facts(1, Kind.FULL), files("hello"));
        ByteArrayOutputStream out = new ByteArrayOutputStream();

        checkpoints.zip("a", out);

        Map<String, String> entries = new LinkedHashMap<>();
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(out.toByteArray()))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                entries.put(entry.getName(), new String(zip.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8));
            }
        }
        assertThat(entries.keySet()).containsExactly("a/manifest.json", "a/data", "a/state.json");
        assertThat(entries).containsEntry("a/data", "hello");
    }

    @Test
    void aFolderThatIsNotThereHoldsNothing() throws IOException {
        assertThat(checkpoints.list()).isEmpty();
        assertThat(checkpoints.newestFull(e -> {})).isEmpty();
        assertThat(checkpoints.remove("a")).isFalse();
        assertThat(checkpoints.keepNewest("", 1)).isEmpty();
        checkpoints.cleanUp();
        assertBroken("a", "checkpoint.missing", "'a'");
    }

    private void assertBroken(String name, String code, String named) {
        assertThatExceptionOfType(CheckpointException.class)
                .isThrownBy(() -> checkpoints.verify(name))
                .withMessageContaining(named)
                .satisfies(e -> assertThat(e.code()).isEqualTo(code));
    }

    private static Facts facts(long step, Kind kind) {
        return new Facts(0, step, kind, Map.of(), NOON);
    }

    private static Map<String, Content> files(String data) {
        Map<String, Content> files = new LinkedHashMap<>();
        files.put("data", Content.text(data));
        files.put("state.json", Content.text("{}"));
        return files;
    }

    private List<String> names() throws IOException {
        try (var entries = Files.list(folder)) {
            return entries.map(path -> path.getFileName().toString()).toList();
        }
    }
}
