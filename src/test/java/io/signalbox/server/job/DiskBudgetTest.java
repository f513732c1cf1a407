package io.signalbox.server.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.signalbox.server.ServerTest;
import io.signalbox.server.SignalboxProperties;
import io.signalbox.server.web.ApiException;
import io.signalbox.spec.CheckedSpec;
import io.signalbox.spec.Problem;
import io.signalbox.spec.SpecParser;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

@ServerTest
class DiskBudgetTest {

    @Autowired
    private Jobs jobs;

    @Autowired
    private CheckpointNames checkpoints;

    @Autowired
    private SignalboxProperties properties;

    private CheckedSpec job(String callbacks) {
        return jobs.check(SpecParser.readJson("""
                {"epochs": 50, "data": {"dataset": "sample-digits"}, "model": {"type": "lenet"}, "callbacks": [%s]}
                """.formatted(callbacks).getBytes(StandardCharsets.UTF_8)));
    }

    /** A disk with room for so many checkpoints beside what is kept free. */
    private DiskBudget roomFor(double count) {
        long bytes = (long) (count * job("").checkpointBytes());
        return new DiskBudget(() -> properties.disk().keepFree().toBytes() + bytes, checkpoints, properties);
    }

    @Test
    void warnsOfCheckpointsThatWillNotFitAndSaysWhatHelps() {
        CheckedSpec many = job("{\"type\": \"ModelCheckpoint\"}");

        assertThat(roomFor(51).doubts(many)).extracting(Problem::code).containsExactly("disk.forecast");
        assertThat(roomFor(51).doubts(many).get(0).detail()).contains("52 checkpoints", "CheckpointRetention");
        assertThat(roomFor(53).doubts(many)).isEmpty();
        assertThat(roomFor(10).doubts(job("{\"type\": \"ModelCheckpoint\", \"save_best_only\": true}")))
                .isEmpty();
        assertThat(roomFor(10)
                        .doubts(job("{\"type\": \"ModelCheckpoint\"},"
                                + "{\"type\": \"CheckpointRetention\", \"keep_last\": 3}")))
                .isEmpty();
    }

    @Test
    void refusesAJobForWhichThereIsNoRoomAtAll() {
        assertThatExceptionOfType(ApiException.class)
                .isThrownBy(() -> roomFor(1.5).require(job("")))
                .satisfies(e -> assertThat(e.getStatusCode().value()).isEqualTo(507))
                .withMessageContaining("disk.quota");
        roomFor(2.5).require(job(""));
    }
}
