package io.signalbox.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.event.EventDetail;
import io.signalbox.event.EventDetail.Alert;
import io.signalbox.event.EventDetail.Log;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WatchdogTest {

    private final List<EventDetail> told = new ArrayList<>();
    private long signs;
    private boolean trains = true;
    private long now;
    private final Watchdog watchdog = new Watchdog(() -> signs, () -> trains, told::add, () -> now);

    private void pass(Duration time) {
        now += time.toNanos();
        watchdog.look();
    }

    private void batch(Duration time) {
        signs++;
        pass(time);
    }

    @Test
    void tellsOnceThatNoBatchComesAndOnceThatItGoesOn() {
        batch(Duration.ofSeconds(1));
        pass(Watchdog.LEAST);
        assertThat(told).isEmpty();
        pass(Duration.ofSeconds(1));
        pass(Duration.ofSeconds(5));
        batch(Duration.ofSeconds(4));
        batch(Duration.ofSeconds(1));

        assertThat(told).hasSize(2);
        assertThat(told.get(0)).isInstanceOfSatisfying(Alert.class, alert -> {
            assertThat(alert.kind()).isEqualTo("stalled");
            assertThat(alert.message()).startsWith("no batch for 61 s; ");
        });
        assertThat(told.get(1)).isEqualTo(new Log("info", "training goes on after 70 s without a batch"));
    }

    @Test
    void isPatientWhereBatchesTakeLong() {
        batch(Duration.ofSeconds(1));
        batch(Duration.ofSeconds(30));
        pass(Duration.ofSeconds(300));
        assertThat(told).isEmpty();
        pass(Duration.ofSeconds(1));

        assertThat(told).hasSize(1);
    }

    @Test
    void expectsNothingOfAPausedJob() {
        batch(Duration.ofSeconds(1));
        trains = false;
        pass(Duration.ofHours(1));
        trains = true;
        pass(Watchdog.LEAST);

        assertThat(told).isEmpty();
    }

    @Test
    void looksNoMoreWhenItIsClosed() {
        watchdog.close();

        assertThat(watchdog.look()).isFalse();
    }
}
