package io.signalbox.trainer;

import io.signalbox.data.BadDataException;
import io.signalbox.engine.Training;
import io.signalbox.engine.Training.Left;
import io.signalbox.engine.TrainingException;
import io.signalbox.event.JobState;
import io.signalbox.event.Outcome;
import io.signalbox.link.TrainerCommand;
import io.signalbox.spec.InvalidSpecException;
import io.signalbox.spec.Problem;
import io.signalbox.spec.UnreadableException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How an attempt ended.
 *
 * @param code the process' exit code
 * @param state the job's state from now on
 * @param outcome null for a job that has not ended
 * @param reason a sentence for people
 */
record Ending(int code, JobState state, @Nullable Outcome outcome, String reason) {

    private static final int MAX_REASON = 1_000;
    private static final int MAX_PROBLEMS = 5;

    Ending {
        reason = reason.length() <= MAX_REASON ? reason : reason.substring(0, MAX_REASON) + "…";
    }

    static Ending of(Training.Result result) {
        if (result.left() == Left.SUSPENDED || result.left() == Left.INTERRUPTED) {
            int code = result.left() == Left.SUSPENDED ? TrainerCommand.EXIT_DONE : TrainerCommand.EXIT_AGAIN;
            return new Ending(code, JobState.SUSPENDED, null, result.reason());
        }
        JobState state = switch (result.outcome()) {
            case FINISHED, EARLY_STOPPED -> JobState.COMPLETED;
            case STOPPED_BY_COMMAND -> result.left() == Left.CANCELLED ? JobState.CANCELLED : JobState.STOPPED;
            case TIME_LIMIT -> JobState.STOPPED;
            case TERMINATED_ON_NAN, MEMORY_LIMIT, ERROR, LOST -> JobState.FAILED;
        };
        return new Ending(TrainerCommand.EXIT_DONE, state, result.outcome(), result.reason());
    }

    static Ending of(Throwable error) {
        if (error instanceof InvalidSpecException invalid) {
            return failed(TrainerCommand.EXIT_BAD_SPEC, "The spec does not fit its data: " + list(invalid.problems()));
        }
        if (error instanceof UnreadableException unreadable) {
            return failed(
                    TrainerCommand.EXIT_BAD_SPEC, "The job's spec.json cannot be read: " + unreadable.getMessage());
        }
        if (error instanceof BadDataException bad) {
            return failed(TrainerCommand.EXIT_BAD_SPEC, "The dataset cannot be used: " + list(bad.problems()));
        }
        if (error instanceof UncheckedIOException io && io.getCause() != null) {
            return of(io.getCause());
        }
        if (error instanceof NoSuchFileException gone) {
            return failed(TrainerCommand.EXIT_ERROR, "A file that the job needs is gone: " + gone.getFile());
        }
        if (error instanceof TrainingException || error instanceof IllegalArgumentException) {
            return failed(TrainerCommand.EXIT_ERROR, sentence(String.valueOf(error.getMessage())));
        }
        return failed(TrainerCommand.EXIT_ERROR, "Training broke off: " + error);
    }

    /** Whether the job is to be queued again though nobody asks for it. */
    boolean interrupted() {
        return code == TrainerCommand.EXIT_AGAIN;
    }

    /** PyTorch could not even be loaded. */
    static Ending withoutEngine(Throwable error) {
        return failed(TrainerCommand.EXIT_ENGINE, "PyTorch could not be loaded on this machine: " + error);
    }

    private static Ending failed(int code, String reason) {
        return new Ending(code, JobState.FAILED, Outcome.ERROR, reason);
    }

    private static String list(List<Problem> problems) {
        return problems.stream()
                .limit(MAX_PROBLEMS)
                .map(problem -> problem.pointer() + " " + problem.detail())
                .collect(Collectors.joining("; "));
    }

    private static String sentence(String text) {
        return text.isEmpty() ? text : Character.toUpperCase(text.charAt(0)) + text.substring(1);
    }
}
