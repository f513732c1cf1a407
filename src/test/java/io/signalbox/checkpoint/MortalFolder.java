package io.signalbox.checkpoint;

import io.signalbox.checkpoint.Manifest.FileEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A checkpoint folder whose process may die at each step that changes the disk, in the middle of a file too. */
public final class MortalFolder {

    private MortalFolder() {}

    /** @param step called before each step; what it throws ends the writing there */
    public static CheckpointFolder of(Path folder, Runnable step) {
        return new CheckpointFolder(folder, new FileOps() {
            @Override
            void createDirectory(Path path) throws IOException {
                step.run();
                super.createDirectory(path);
            }

            @Override
            FileEntry write(Path file, Content content) throws IOException {
                try {
                    step.run();
                } catch (Error death) {
                    Files.writeString(file, "half");
                    throw death;
                }
                return super.write(file, content);
            }

            @Override
            void sync(Path path) throws IOException {
                step.run();
                super.sync(path);
            }

            @Override
            void move(Path from, Path to) throws IOException {
                step.run();
                super.move(from, to);
            }

            @Override
            void delete(Path path) throws IOException {
                step.run();
                super.delete(path);
            }
        });
    }
}
