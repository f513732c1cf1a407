package io.signalbox.server.worker;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** By Slurm's commands. Each blocks for 9 s while slurmctld is away. */
final class SlurmCommands implements Slurm {

    private static final Logger log = LoggerFactory.getLogger(SlurmCommands.class);

    private final SlurmProperties settings;
    private final String user = System.getProperty("user.name");

    SlurmCommands(SlurmProperties settings) {
        this.settings = settings;
    }

    @Override
    public List<SlurmJob> queue() throws SlurmException {
        return SlurmJob.read(
                run("", "squeue", "--noheader", "--states=all", "--user=" + user, "--Format=" + SlurmJob.FORMAT));
    }

    @Override
    public List<SlurmJob> history(String name) {
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

    @Override
    public String submit(SlurmRequest request) throws SlurmException {
        List<String> command = new ArrayList<>(List.of("sbatch", "--parsable"));
        command.addAll(options(request));
        return run(request.script(), command.toArray(String[]::new)).strip().split(";")[0];
    }

    /** Of sbatch. */
    List<String> options(SlurmRequest request) {
        List<String> options = new ArrayList<>(List.of(
                "--job-name=" + request.name(),
                "--chdir=" + request.folder(),
                "--output=" + request.output(),
                "--open-mode=append",
                "--export=PATH=" + SlurmRequest.PATH,
                "--no-requeue",
                "--nodes=1",
                "--ntasks=1",
                "--cpus-per-task=" + request.cpus(),
                "--mem=" + request.mebibytes() + "M",
                "--nice=" + request.nice(),
                "--signal=B:TERM@" + settings.saveWithin().toSeconds()));
        if (request.gpus() > 0) {
            options.add("--gres=gpu:" + request.gpus());
        }
        if (request.minutes() != null) {
            options.add("--time=" + request.minutes());
        }
        add(options, "--partition=", settings.partition());
        add(options, "--account=", settings.account());
        add(options, "--qos=", settings.qos());
        options.addAll(settings.flags());
        return options;
    }

    private static void add(List<String> options, String option, @Nullable String value) {
        if (value != null) {
            options.add(option + value);
        }
    }

    @Override
    public void cancel(SlurmJob job) throws SlurmException {
        scancel(job);
    }

    @Override
    public void term(SlurmJob job) throws SlurmException {
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
            if (!process.waitFor(WITHIN_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new SlurmException(command[0] + " did not answer within " + WITHIN_SECONDS + " s", true);
            }
            if (process.exitValue() != 0) {
                String said = err.get(WITHIN_SECONDS, TimeUnit.SECONDS).strip();
                throw SlurmException.of(command[0] + ": " + said);
            }
            return out.get(WITHIN_SECONDS, TimeUnit.SECONDS);
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
