package io.signalbox.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.signalbox.checkpoint.Manifest.Facts;
import io.signalbox.checkpoint.Manifest.FileEntry;
import io.signalbox.checkpoint.Manifest.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Cuts the writing of a checkpoint at every step, by death and by a failing disk. */
class CheckpointCutTest {

    private static final int NEVER = Integer.MAX_VALUE;

    @TempDir
    Path directory;

    @Test
    void deathAtAnyStepOfAFirstWriteLeavesItWholeOrNotAtAll() throws IOException {
        int steps = stepsOfAFirstWrite();
        for (int cut = 0; cut < steps; cut++) {
            CheckpointFolder folder = new CheckpointFolder(directory.resolve("first-" + cut));
            dieAt(cut, "first-" + cut, "new");

            assertThat(folder.list()).hasSizeLessThanOrEqualTo(1);
            folder.list().forEach(manifest -> folder.verify(manifest.name()));
            assertNothingIsLeftBehind("first-" + cut);
        }
    }

    @Test
    void deathAtAnyStepOfAReplacementLeavesTheOldOrTheNew() throws IOException {
        int steps = stepsOfAReplacement();
        boolean sawOld = false;
        boolean sawNew = false;
        for (int cut = 0; cut < steps; cut++) {
            String name = "second-" + cut;
            CheckpointFolder folder = new CheckpointFolder(directory.resolve(name));
            write(folder, "old");
            dieAt(cut, name, "new");

            String beforeCleanUp = dataOf(folder);
            assertThat(beforeCleanUp).isIn("old", "new");
            assertThat(folder.list()).extracting(Manifest::name).containsExactly("best");
            assertNothingIsLeftBehind(name);
            assertThat(dataOf(folder)).isEqualTo(beforeCleanUp);
            sawOld |= beforeCleanUp.equals("old");
            sawNew |= beforeCleanUp.equals("new");
        }
        assertThat(sawOld).isTrue();
        assertThat(sawNew).isTrue();
    }

    @Test
    void aFailingDiskAtAnyStepKeepsTheOldOrHasWrittenTheNew() throws IOException {
        int steps = stepsOfAReplacement();
        for (int cut = 0; cut < steps; cut++) {
            String name = "failing-" + cut;
            write(new CheckpointFolder(directory.resolve(name)), "old");
            CheckpointFolder folder = new CheckpointFolder(directory.resolve(name), new Cut(cut, false));

            String expected = "new";
            try {
                write(folder, "new");
            } catch (IOException e) {
                expected = "old";
            }

            assertThat(dataOf(folder)).isEqualTo(expected);
            write(folder, "newer");
            assertThat(dataOf(folder)).isEqualTo("newer");
            assertNothingIsLeftBehind(name);
        }
    }

    @Test
    void deathAtAnyStepOfARemovalLeavesItWholeOrGone() throws IOException {
        for (int cut = 0; cut < 3; cut++) {
            String name = "removal-" + cut;
            CheckpointFolder folder = new CheckpointFolder(directory.resolve(name));
            write(folder, "old");
            CheckpointFolder dying = new CheckpointFolder(directory.resolve(name), new Cut(cut, true));
            assertThatExceptionOfType(Death.class).isThrownBy(() -> dying.remove("best"));

            folder.list().forEach(manifest -> folder.verify(manifest.name()));
            assertThat(folder.list()).hasSize(cut == 0 ? 1 : 0);
            assertNothingIsLeftBehind(name);
        }
    }

    @Test
    void theOneToBeReplacedIsNotSeenAgainAfterARemoval() throws IOException {
        CheckpointFolder folder = new CheckpointFolder(directory.resolve("again"));
        write(folder, "old");
        dieAt(stepsOfAReplacement() - 3, "again", "new");

        assertThat(folder.remove("best")).isTrue();

        assertThat(folder.list()).isEmpty();
    }

    private int stepsOfAFirstWrite() throws IOException {
        Cut counting = new Cut(NEVER, true);
        write(new CheckpointFolder(directory.resolve("count"), counting), "x");
        return counting.steps;
    }

    private int stepsOfAReplacement() throws IOException {
        Cut counting = new Cut(NEVER, true);
        write(new CheckpointFolder(directory.resolve("count"), new FileOps()), "x");
        write(new CheckpointFolder(directory.resolve("count"), counting), "x");
        return counting.steps;
    }

    private void dieAt(int cut, String folder, String data) {
        CheckpointFolder dying = new CheckpointFolder(directory.resolve(folder), new Cut(cut, true));
        assertThatExceptionOfType(Death.class).isThrownBy(() -> write(dying, data));
    }

    private static void write(CheckpointFolder folder, String data) throws IOException {
        folder.write(
                "best",
                new Facts(0, data.length(), Kind.FULL, Map.of(), Instant.EPOCH),
                Map.of("data", Content.text(data)));
    }

    private static String dataOf(CheckpointFolder folder) throws IOException {
        folder.verify("best");
        return Files.readString(folder.file("best", "data"));
    }

    private void assertNothingIsLeftBehind(String name) throws IOException {
        Path path = directory.resolve(name);
        new CheckpointFolder(path).cleanUp();
        if (Files.exists(path)) {
            try (var entries = Files.list(path)) {
                assertThat(entries)
                        .allSatisfy(entry -> assertThat(entry.getFileName()).hasToString("best"));
            }
        }
    }

    /** What kill -9 is to a process: nothing after it runs, no handler either. */
    private static final class Death extends Error {
        private static final long serialVersionUID = 1;
    }

    /** Counts steps and cuts at one of them: a write half done, anything else not begun. */
    private static final class Cut extends FileOps {

        private final int at;
        private final boolean death;
        private int steps;

        Cut(int at, boolean death) {
            this.at = at;
            this.death = death;
        }

        private void step() throws IOException {
            if (steps++ == at) {
                fail();
            }
        }

        private void fail() throws IOException {
            if (death) {
                throw new Death();
            }
            throw new IOException("No space left on device");
        }

        @Override
        void createDirectory(Path path) throws IOException {
            step();
            super.createDirectory(path);
        }

        @Override
        FileEntry write(Path file, Content content) throws IOException {
            if (steps++ == at) {
                Files.writeString(file, "ha");
                fail();
            }
            return super.write(file, content);
        }

        @Override
        void sync(Path path) throws IOException {
            step();
            super.sync(path);
        }

        @Override
        void move(Path from, Path to) throws IOException {
            step();
            super.move(from, to);
        }

        @Override
        void delete(Path path) throws IOException {
            step();
            super.delete(path);
        }
    }
}
