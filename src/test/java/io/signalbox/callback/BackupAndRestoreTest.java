package io.signalbox.callback;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.spec.CallbackSpec;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.JsonNodeFactory;

class BackupAndRestoreTest {

    private final ScriptedRun run = ScriptedRun.of("val_loss", 4, 3, 2).withSteps(4);

    @Test
    void backsUpAfterEveryEpochAndClearsAwayAtTheEnd() {
        run.train(List.of(new BackupAndRestore("b", params(null, false, true))));

        assertThat(run.backups)
                .containsExactly(
                        new ScriptedRun.Backup(1, "b", 0, null),
                        new ScriptedRun.Backup(1, "b", 1, null),
                        new ScriptedRun.Backup(1, "b", 2, null));
        assertThat(run.backupsRemoved).isTrue();
    }

    @Test
    void countsBatchesOnOverTheEndsOfEpochs() {
        run.train(List.of(new BackupAndRestore("b", params(3, false, true))));

        assertThat(run.backups)
                .containsExactly(
                        new ScriptedRun.Backup(1, "b", 0, 2),
                        new ScriptedRun.Backup(1, "b", 1, 1),
                        new ScriptedRun.Backup(1, "b", 2, 0),
                        new ScriptedRun.Backup(1, "b", 2, 3));
    }

    @Test
    void keepsTheOneBeforeAndThoseOfTheEndWhereAskedTo() {
        run.train(List.of(new BackupAndRestore("b", params(null, true, false))));

        assertThat(run.backups).extracting(ScriptedRun.Backup::keep).containsOnly(2);
        assertThat(run.backupsRemoved).isFalse();
    }

    @Test
    void withoutOneInTheSpecBackupsAreSecondsApartAndInLongEpochsMinutes() {
        AtomicLong clock = new AtomicLong();
        Callback time = new Callback() {
            @Override
            public String name() {
                return "time";
            }

            @Override
            public void onTrainBatchEnd(int batch, Logs logs, Run of) {
                Duration step = of.epoch() == 1 ? Duration.ofSeconds(1) : Duration.ofMinutes(4);
                clock.addAndGet(step.toNanos());
            }
        };

        run.train(List.of(time, new BackupByTime(clock::get)));

        assertThat(run.backups)
                .extracting(backup -> backup.epoch() + " " + backup.batch())
                .containsExactly("0 2", "0 null", "2 2", "2 null");
        assertThat(run.backupsRemoved).isTrue();
    }

    @Test
    void theOneInTheSpecTakesThePlaceOfTheOneThatEveryRunHas() {
        CallbackSpec spec = new CallbackSpec("BackupAndRestore", "mine", JsonNodeFactory.instance.objectNode());
        Callbacks.Surroundings around = new Callbacks.Surroundings(new Mailbox(), 0, null, () -> 0);

        assertThat(new Callbacks().forRun(List.of(spec), around))
                .extracting(Callback::name)
                .containsExactly("RemoteControl", "mine", "History", "Explainer");
        assertThat(new Callbacks().forRun(List.of(), around))
                .extracting(Callback::name)
                .containsExactly("RemoteControl", "Backup", "History", "Explainer");
    }

    private static BackupAndRestore.Params params(@Nullable Integer saveFreq, boolean twice, boolean delete) {
        return new BackupAndRestore.Params(null, saveFreq, twice, delete);
    }
}
