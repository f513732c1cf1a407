package io.signalbox.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GpuLockTest {

    @TempDir
    Path folder;

    @Test
    void eachTrainerGetsAProcessorOfItsOwn() throws IOException {
        try (GpuLock first = GpuLock.take(folder, 2);
                GpuLock second = GpuLock.take(folder, 2)) {
            assertThat(first.number()).isZero();
            assertThat(second.number()).isEqualTo(1);
            assertThatThrownBy(() -> GpuLock.take(folder, 2)).hasMessageContaining("All 2 graphics processors");
        }
    }

    @Test
    void aProcessorIsFreeWhenItsTrainerIsGone() throws IOException {
        GpuLock.take(folder, 1).close();

        try (GpuLock next = GpuLock.take(folder, 1)) {
            assertThat(next.number()).isZero();
        }
    }

    @Test
    void saysWhatToLookAtWherePyTorchFindsNone() {
        assertThatThrownBy(() -> GpuLock.take(folder, 0)).hasMessageContaining("PYTORCH_LIBRARY_PATH");
    }
}
