package io.signalbox.server.worker;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Slurm's commands. Each blocks for 9 s while slurmctld is away, so that they have a thread of their own. */
final class SlurmCommands {

    private static final Logger log = LoggerFactory.getLogger(SlurmCommands.class);

    /** Longer than a command waits for slurmctld itself. */
    private static final Duration WITHIN = Duration.ofSeconds(20);

    /** What says that it may go better later. */
    private static final Pattern PASSES = Pattern.compile(
            "(?i)unable to contact|timed out|timeout|temporarily|connection refused|connect failure|try again|unavailable"
                    + "|communication|MaxSubmit|slurm_load_jobs error: (Zero Bytes|Unexpected)|in standby");

    private static final int MOST_SAID = 300;

    private final SlurmProperties settings;
    private final String user = System.getProperty("user.name");

    SlurmCommands(SlurmProperties settings) {
        this.settings = settings;
    }

    /** A command did not do what it was to. */
    static final class SlurmException extends IOException {

        private final boolean passes;

        SlurmException(String said, boolean passes) {
            super(said);
            this.passes = passes;
        }

        /** Whether it may go better later: slurmctld is away, or too much was asked of it. */
        boolean passes() {
            return passes;
        }
    }

    /** All jobs of this user that slurmctld knows, also those that ended in the last minutes; in one question. */
    List<SlurmJob> queue() throws SlurmException {
        return SlurmJob.read(
                run("", "squeue", "--noheader", "--states=all", "--user=" + user, "--Format=" + SlurmJob.FORMAT));
    }

    /** The job of that name that the accounting kept; empty where none is kept. */
    List<SlurmJob> history(String name) {
        try {
            return SlurmJob.readHistory(run(
                    "",
                    "sacct",
                    "--allocations",
                    "--noheader",
                    "--parsable2",
                    "--user=" + user,
                    "--starttime=now-30days",
                    "--name=" + name,
                    "--format=" + SlurmJob.HISTORY));
        } catch (SlurmException e) {
            return List.of(); // this cluster has no accounting
        }
    }

    /** Hands a script in; answers the job's id. */
    String submit(List<String> options, String script) throws SlurmException {
        List<String> command = new ArrayList<>(List.of("sbatch", "--parsable"));
        command.addAll(options);
        return run(script, command.toArray(String[]::new)).strip().split(";")[0];
    }

    /** By name too, for the id may have been given to somebody else's job meanwhile. */
    void cancel(SlurmJob job) throws SlurmException {
        scancel(job);
    }

    /** Has its trainer save and end. */
    void term(SlurmJob job) throws SlurmException {
        scancel(job, "--signal=TERM", "--batch");
    }

    private void scancel(SlurmJob job, String... options) throws SlurmException {
        List<String> command = new ArrayList<>(List.of("scancel", "--user=" + user, "--name=" + job.name()));
        command.addAll(List.of(options));
        command.add(job.id());
        try {
            run("", command.toArray(String[]::new));
        } catch (SlurmException e) {
            if (e.passes()) {
                throw e;
            }
            log.debug("{} has ended already", job.name(), e);
        }
    }

    private String run(String input, String... command) throws SlurmException {
        try {
            ProcessBuilder starting = new ProcessBuilder(command);
            if (settings.conf() != null) {
                starting.environment().put("SLURM_CONF", settings.conf().toString());
            }
            Process process = starting.start();
            try (OutputStream in = process.getOutputStream()) {
                in.write(input.getBytes(StandardCharsets.UTF_8));
            }
            CompletableFuture<String> out = text(process.getInputStream());
            CompletableFuture<String> err = text(process.getErrorStream());
            if (!process.waitFor(WITHIN.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new SlurmException(command[0] + " did not answer within " + WITHIN.toSeconds() + " s", true);
            }
            if (process.exitValue() != 0) {
                String said = err.get(WITHIN.toSeconds(), TimeUnit.SECONDS).strip();
                throw new SlurmException(
                        command[0] + ": " + said.substring(0, Math.min(said.length(), MOST_SAID)),
                        PASSES.matcher(said).find());
            }
            return out.get(WITHIN.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SlurmException(command[0] + " was interrupted", true);
        } catch (ExecutionException | TimeoutException e) {
            throw new SlurmException(command[0] + " could not be read: " + e, true);
        } catch (SlurmException e) {
            throw e;
        } catch (IOException e) {
            throw new SlurmException(command[0] + " cannot be run here: " + e.getMessage(), true);
        }
    }

    /** All of it, read by a thread that nobody waits for. */
    private static CompletableFuture<String> text(InputStream stream) {
        CompletableFuture<String> text = new CompletableFuture<>();
        Thread reader = new Thread(
                () -> {
                    try (stream) {
                        text.complete(new String(stream.readAllBytes(), StandardCharsets.UTF_8));
                    } catch (IOException e) {
                        text.completeExceptionally(e);
                    }
                },
                "slurm-output");
        reader.setDaemon(true);
        reader.start();
        return text;
    }
}
