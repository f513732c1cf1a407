package io.signalbox.server.checkpoint;

import io.signalbox.link.TrainerCommand;
import io.signalbox.server.Home;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A process that predicts by one checkpoint. Used by one thread at a time; it ends when this process does. */
final class Predictor {

    private final Process process;
    private final BufferedReader answers;
    private volatile long answered;

    private Predictor(Process process) {
        this.process = process;
        this.answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    static Predictor start(Home home, long job, String checkpoint) throws IOException {
        return new Predictor(TrainerCommand.predicting(home.job(job), checkpoint)
                .directory(home.run().toFile())
                .redirectError(Redirect.to(home.run().resolve("predictor.log").toFile()))
                .start());
    }

    /** The line that answers a line; when it throws, the process is of no use any more. */
    String ask(String line, Duration within) throws IOException, TimeoutException {
        CompletableFuture<String> answer = CompletableFuture.supplyAsync(() -> exchange(line), Predictor::inThread);
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
    long answers() {
        return answered;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    void end() {
        process.destroyForcibly();
    }
}
