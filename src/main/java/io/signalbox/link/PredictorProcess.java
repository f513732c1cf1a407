package io.signalbox.link;

import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A trainer process that predicts by one checkpoint. Used by one thread at a time; it ends when this process does. */
public final class PredictorProcess {

    private final Process process;
    private final BufferedReader answers;
    private volatile long answered;

    private PredictorProcess(Process process) {
        this.process = process;
        this.answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /**
     * Starts one, which then loads the checkpoint.
     *
     * @param job the job's folder
     * @param folder where it works and leaves its log, {@code predictor.log}
     */
    public static PredictorProcess start(Path job, String checkpoint, Path folder) throws IOException {
        return new PredictorProcess(TrainerCommand.predicting(job, checkpoint)
                .directory(folder.toFile())
                .redirectError(Redirect.to(folder.resolve("predictor.log").toFile()))
                .start());
    }

    /**
     * The line that answers a line, {@code {"inputs": […]}}; when this throws, the process is of no use any more.
     *
     * @throws TimeoutException if it does not come in time
     */
    public String ask(String line, Duration within) throws IOException, TimeoutException {
        CompletableFuture<String> answer =
                CompletableFuture.supplyAsync(() -> exchange(line), PredictorProcess::inThread);
        try {
            String told = answer.get(within.toMillis(), TimeUnit.MILLISECONDS);
            answered++;
            return told;
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static void inThread(Runnable task) {
        Thread thread = new Thread(task, "prediction");
        thread.setDaemon(true);
        thread.start();
    }

    private String exchange(String line) {
        try {
            OutputStream requests = process.getOutputStream();
            requests.write((line + "\n").getBytes(StandardCharsets.UTF_8));
            requests.flush();
            String answer = answers.readLine();
            if (answer == null) {
                throw new EOFException("its output ended");
            }
            return answer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How often it answered. */
    public long answers() {
        return answered;
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    public void end() {
        process.destroyForcibly();
    }
}
