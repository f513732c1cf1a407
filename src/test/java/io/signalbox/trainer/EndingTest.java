package io.signalbox.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.data.BadDataException;
import io.signalbox.engine.Training;
import io.signalbox.event.JobState;
import io.signalbox.event.Outcome;
import io.signalbox.link.TrainerCommand;
import io.signalbox.spec.InvalidSpecException;
import io.signalbox.spec.Problem;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EndingTest {

    @ParameterizedTest
    @CsvSource({
        "FINISHED, NOT, COMPLETED",
        "EARLY_STOPPED, NOT, COMPLETED",
        "STOPPED_BY_COMMAND, NOT, STOPPED",
        "STOPPED_BY_COMMAND, CANCELLED, CANCELLED",
        "TERMINATED_ON_NAN, NOT, FAILED",
        "TIME_LIMIT, NOT, STOPPED",
    })
    void trainingThatEndedByItselfIsNoErrorOfTheProcess(Outcome outcome, Training.Left left, JobState state) {
        Ending ending = Ending.of(new Training.Result(outcome, "why", left));

        assertThat(ending).isEqualTo(new Ending(TrainerCommand.EXIT_DONE, state, outcome, "why"));
    }

    @Test
    void whatTheSpecOrTheDataBreaksIsNamed() {
        List<Problem> problems = List.of(new Problem("#/epochs", "range.min", "must be 1 or more, was 0"));

        assertThat(Ending.of(new InvalidSpecException(problems)))
                .returns(TrainerCommand.EXIT_BAD_SPEC, Ending::code)
                .returns("The spec does not fit its data: #/epochs must be 1 or more, was 0", Ending::reason);
        assertThat(Ending.of(new BadDataException(problems))).returns(TrainerCommand.EXIT_BAD_SPEC, Ending::code);
    }

    @Test
    void aFileThatIsGoneIsNamed() {
        Ending ending = Ending.of(new UncheckedIOException(new NoSuchFileException("points.csv")));

        assertThat(ending.state()).isEqualTo(JobState.FAILED);
        assertThat(ending.reason()).contains("points.csv");
    }

    @Test
    void aLongReasonIsCut() {
        assertThat(Ending.of(new IllegalStateException("x".repeat(100_000))).reason())
                .hasSizeLessThan(1_100);
    }

    @Test
    void withoutPyTorchTheJobFailsWithACodeOfItsOwn() {
        assertThat(Ending.withoutEngine(new UnsatisfiedLinkError("libtorch.so")))
                .returns(TrainerCommand.EXIT_ENGINE, Ending::code)
                .returns(JobState.FAILED, Ending::state);
    }
}
