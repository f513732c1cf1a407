package io.signalbox.trainer;

import io.signalbox.engine.Training;
import io.signalbox.link.Assignment;
import io.signalbox.link.PluginDescriber;
import io.signalbox.link.TrainerCommand;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A trainer process: loads PyTorch, waits for an {@link Assignment} on its standard input or reads it from the file that {@link
 * TrainerCommand#ASSIGNMENT} names, trains that one job and ends. Without an assignment it ends when its input does; with one it goes on when the server dies. Exit codes are those of
 * {@link TrainerCommand}.
 */
public final class TrainerMain {

    private static final Logger LOG = LoggerFactory.getLogger(TrainerMain.class);
    private static final String ASSIGNMENT_THREAD = "training";

    private TrainerMain() {}

    /**
     * Takes the file of an assignment or no arguments: then everything comes by standard input. Or see {@link PluginDescriber} and {@link
     * io.signalbox.link.PredictorProcess}.
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        if (args.length > 1 && args[0].equals(PluginDescriber.ARGUMENT)) {
            describe(Path.of(args[1]));
            return;
        }
        if (args.length > 2 && args[0].equals(TrainerCommand.PREDICT)) {
            predict(new Predictions(Path.of(args[1]), args[2]));
            return;
        }
        Thread.currentThread().setName(ASSIGNMENT_THREAD);
        // Not System.exit: nothing is left to be done, and native threads may be in the middle of something.
        Runtime.getRuntime()
                .halt(args.length > 1 && args[0].equals(TrainerCommand.ASSIGNMENT) ? run(Path.of(args[1])) : run());
    }

    /** On the machine of the server, which starts this process before it has a job for it. */
    private static int run() throws InterruptedException {
        Parent parent = Parent.listen(System.in, 1);
        Throwable engineFailure = warmUp();
        return run(parent.next(), true, engineFailure);
    }

    /** Wherever an engine starts this process. */
    private static int run(Path assignment) {
        Throwable engineFailure = warmUp();
        try {
            return run(Files.readString(assignment), false, engineFailure);
        } catch (NoSuchFileException e) {
            LOG.error("There is no {}: the attempt is over; this process ends", assignment);
            return TrainerCommand.EXIT_FENCED;
        } catch (IOException e) {
            LOG.error("{} cannot be read", assignment, e);
            return TrainerCommand.EXIT_ERROR;
        }
    }

    /** Only the description is on standard output, whatever plugins print; threads that they start are not waited for. */
    private static void describe(Path plugins) {
        Parent.listen(System.in, 1);
        PrintStream out = System.out;
        System.setOut(System.err);
        out.print(Plugins.load(plugins).describe());
        out.flush();
        Runtime.getRuntime().halt(TrainerCommand.EXIT_DONE);
    }

    /** Only answers are on standard output, whatever is logged. */
    private static void predict(Predictions predictions) throws IOException, InterruptedException {
        PrintStream out = System.out;
        System.setOut(System.err);
        predictions.answer(Parent.listen(System.in, Long.MAX_VALUE), out);
        Runtime.getRuntime().halt(TrainerCommand.EXIT_DONE);
    }

    private static @Nullable Throwable warmUp() {
        try {
            Training.warmUp(Integer.getInteger(TrainerCommand.THREADS, 1));
        } catch (RuntimeException | LinkageError e) {
            LOG.error("PyTorch could not be loaded; the job that comes will fail", e);
            return e;
        }
        try {
            Rehearsal.run();
        } catch (IOException | RuntimeException e) {
            LOG.warn("The rehearsal failed; the first step will take longer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return null;
    }

    @SuppressWarnings("CatchingUnchecked") // the exit code is all that is left to say
    private static int run(String line, boolean locks, @Nullable Throwable engineFailure) {
        try {
            return new Attempt(Assignment.fromJson(line), locks, engineFailure, Runtime.getRuntime()::halt).run();
        } catch (Throwable e) {
            LOG.error("The trainer ends", e);
            return TrainerCommand.EXIT_ERROR;
        }
    }
}
