package io.signalbox.trainer;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The lock that a trainer holds on its graphics processor for as long as it lives, so that no other trainer on this machine
 * computes there; the operating system frees it at any death.
 *
 * @param number of the processor, from 0
 */
record GpuLock(int number, FileChannel channel) implements Closeable {

    /**
     * Takes the first processor that is free.
     *
     * @param folder that all trainers on this machine share, and no others
     * @param count of the processors that PyTorch finds
     * @throws IllegalStateException if there is none, or none is free
     */
    static GpuLock take(Path folder, int count) throws IOException {
        if (count == 0) {
            throw new IllegalStateException(
                    "The job asks for a graphics processor, but the libtorch of this process finds"
                            + " none: see that nvidia-smi runs, and that PYTORCH_LIBRARY_PATH names the folder of a libtorch for"
                            + " CUDA");
        }
        for (int number = 0; number < count; number++) {
            FileChannel channel = FileChannel.open(
                    folder.resolve("signalbox-gpu-" + number + ".lock"),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE);
            if (locked(channel)) {
                return new GpuLock(number, channel);
            }
            channel.close();
        }
        throw new IllegalStateException("All " + count + " graphics processors are taken by other trainers");
    }

    private static boolean locked(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false; // this very process has it
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
