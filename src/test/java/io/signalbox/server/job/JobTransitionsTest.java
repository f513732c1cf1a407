package io.signalbox.server.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.event.JobState;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class JobTransitionsTest {

    private static final Set<String> LEGAL = Set.of(
            "queued>starting",
            "queued>stopped",
            "queued>cancelled",
            "queued>failed",
            "starting>running",
            "starting>queued",
            "starting>stopped",
            "starting>cancelled",
            "starting>failed",
            "running>paused",
            "running>stopping",
            "running>suspended",
            "running>queued",
            "running>completed",
            "running>stopped",
            "running>cancelled",
            "running>failed",
            "paused>running",
            "paused>stopping",
            "paused>suspended",
            "paused>queued",
            "paused>stopped",
            "paused>cancelled",
            "paused>failed",
            "stopping>stopped",
            "stopping>completed",
            "stopping>cancelled",
            "stopping>failed",
            "completed>queued",
            "stopped>queued",
            "failed>queued",
            "cancelled>queued",
            "suspended>queued",
            "suspended>stopped",
            "suspended>cancelled");

    static Stream<Arguments> pairs() {
        return Arrays.stream(JobState.values())
                .flatMap(from -> Arrays.stream(JobState.values()).map(to -> Arguments.of(from, to)));
    }

    @ParameterizedTest(name = "{0} to {1}")
    @MethodSource("pairs")
    void allowsOnlyTheMovesThatAreListed(JobState from, JobState to) {
        assertThat(JobTransitions.legal(from, to)).isEqualTo(LEGAL.contains(from.wireName() + ">" + to.wireName()));
    }
}
