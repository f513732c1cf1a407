package io.signalbox.callback.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.signalbox.callback.schedule.ScheduleSpec.Constant;
import io.signalbox.callback.schedule.ScheduleSpec.Cosine;
import io.signalbox.callback.schedule.ScheduleSpec.Exponential;
import io.signalbox.callback.schedule.ScheduleSpec.Step;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ScheduleSpecTest {

    private static final int EPOCHS = 6;
    private static final double INITIAL = 0.8;

    @Test
    void constantKeepsARate() {
        assertRates(new Constant(null, 0), 0.8, 0.8, 0.8, 0.8, 0.8, 0.8);
        assertRates(new Constant(0.5, 0), 0.5, 0.5, 0.5, 0.5, 0.5, 0.5);
    }

    @Test
    void stepFallsEveryFewEpochs() {
        assertRates(new Step(2, 0.5, 0), 0.8, 0.8, 0.4, 0.4, 0.2, 0.2);
    }

    @Test
    void exponentialFallsEveryEpoch() {
        assertRates(new Exponential(0.5, 0), 0.8, 0.4, 0.2, 0.1, 0.05, 0.025);
    }

    @Test
    void cosineFallsAsPyTorchsDoesAndStaysDown() {
        assertRates(new Cosine(4, 0.2, 0), 0.8, 0.71213203, 0.5, 0.28786797, 0.2, 0.2);
        assertRates(new Cosine(null, 0, 0), 0.8, 0.74641016, 0.6, 0.4, 0.2, 0.05358984);
    }

    @Test
    void warmUpRisesInEqualStepsToWhereTheScheduleBegins() {
        assertRates(new Constant(null, 3), 0.2, 0.4, 0.6, 0.8, 0.8, 0.8);
        assertRates(new Cosine(null, 0, 2), 0.8 / 3, 1.6 / 3, 0.8, 0.68284271, 0.4, 0.11715729);
        assertRates(new Constant(null, 9), 0.08, 0.16, 0.24, 0.32, 0.4, 0.48);
    }

    private static void assertRates(ScheduleSpec schedule, double... expected) {
        double[] rates = IntStream.range(0, EPOCHS)
                .mapToDouble(epoch -> schedule.rate(new Schedule.Moment(epoch, EPOCHS, 123, INITIAL)))
                .toArray();
        assertThat(rates).containsExactly(expected, within(1e-8));
    }
}
