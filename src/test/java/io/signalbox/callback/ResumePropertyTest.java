package io.signalbox.callback;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.callback.Metric.Direction;
import io.signalbox.spec.Command;
import io.signalbox.spec.CommandRequest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;

/** A run that is killed at any boundary and gone on from there does and tells what one does that nothing happened to. */
class ResumePropertyTest {

    private static final int STEPS = 3;

    record Setting(
            int patience,
            int plateau,
            int cooldown,
            @Nullable Double baseline,
            int startFrom,
            @Nullable Integer saveFreq,
            boolean bestOnly,
            int warmup) {}

    @Property(tries = 300)
    void aKilledRunGoesOnAsIfNothingHadHappened(
            @ForAll("losses") List<Double> losses,
            @ForAll("settings") Setting setting,
            @ForAll @IntRange(min = 1, max = 40) int boundary) {
        ScriptedRun whole = run(losses);
        whole.train(callbacks(setting));
        int killAt = 1 + boundary % whole.boundaries.size();
        ScriptedRun killed = run(losses).killedAt(killAt);
        try {
            killed.train(callbacks(setting));
        } catch (ScriptedRun.Killed e) {
            assertThat(killed.boundaries).hasSize(killAt);
        }

        ScriptedRun resumed = run(losses);
        resumed.goOn(killed, callbacks(setting));

        assertThat(resumed.told).isEqualTo(whole.told);
        assertThat(resumed.asked).isEqualTo(whole.asked);
        assertThat(resumed.backups).isEqualTo(whole.backups);
        assertThat(resumed.stopped).isEqualTo(whole.stopped);
        assertThat(resumed.restored).isEqualTo(whole.restored);
        assertThat(resumed.weights()).isEqualTo(whole.weights());
        assertThat(resumed.learningRate().state())
                .isEqualTo(whole.learningRate().state());
    }

    private static ScriptedRun run(List<Double> losses) {
        List<Map<String, Double>> history = new ArrayList<>();
        for (Double loss : losses) {
            Map<String, Double> logs = new LinkedHashMap<>();
            logs.put("loss", 0.5);
            logs.put("val_loss", loss);
            history.add(logs);
        }
        return new ScriptedRun(0.1, history)
                .withSteps(STEPS)
                .withMetrics(List.of(new Metric("accuracy", Direction.MAX)));
    }

    private static List<Callback> callbacks(Setting of) {
        Mailbox mailbox = new Mailbox();
        mailbox.put(new CommandRequest("a", new Command.SetLearningRate(0.5, null, 4)));
        EarlyStopping stopping = new EarlyStopping(
                "stop",
                new EarlyStopping.Params(
                        "val_loss", 0, of.patience(), 0, "auto", of.baseline(), true, of.startFrom(), true));
        return List.of(
                new RemoteControl(
                        mailbox,
                        new Roster(new Callbacks(), List.of(), List.of(stopping), List.of()),
                        System::nanoTime),
                scheduler(of),
                new ReduceLROnPlateau(
                        "plateau",
                        new ReduceLROnPlateau.Params(
                                "val_loss", 0.5, of.plateau(), 0, "min", 0.0001, of.cooldown(), 0.01, true)),
                stopping,
                new ModelCheckpoint(
                        "save",
                        new ModelCheckpoint.Params(
                                "{epoch:02d}", "val_loss", 0, of.bestOnly(), false, "auto", of.saveFreq(), null, true)),
                new BackupAndRestore("backup", new BackupAndRestore.Params(null, of.saveFreq(), false, true)),
                new History(2, () -> 0));
    }

    private static Callback scheduler(Setting of) {
        String schedule = of.bestOnly() ? "\"lr * 0.9 + 0.01\"" : "{\"type\":\"one_cycle\",\"max_lr\":0.3}";
        String by = of.saveFreq() == null ? "epoch" : "step";
        return Schedulers.with("{\"schedule\":" + schedule + ",\"by\":\"" + by + "\",\"warmup\":" + of.warmup() + "}");
    }

    @Provide
    Arbitrary<List<Double>> losses() {
        Arbitrary<Double> some = Arbitraries.doubles().between(0, 1).ofScale(2);
        return Arbitraries.frequencyOf(Tuple.of(9, some), Tuple.of(1, Arbitraries.of(Double.NaN, 1e39)))
                .list()
                .ofMinSize(1)
                .ofMaxSize(12);
    }

    @Provide
    Arbitrary<Setting> settings() {
        Arbitrary<Integer> few = Arbitraries.integers().between(0, 3);
        return Combinators.combine(
                        few,
                        few,
                        few,
                        Arbitraries.of(0.5).injectNull(0.5),
                        few,
                        Arbitraries.integers().between(1, 4).injectNull(0.5),
                        Arbitraries.of(true, false),
                        few)
                .as(Setting::new);
    }
}
