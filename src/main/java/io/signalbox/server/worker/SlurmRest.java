package io.signalbox.server.worker;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;

/** Over slurmrestd, where the service's machine has none of Slurm's commands. */
final class SlurmRest implements Slurm {

    private static final Logger log = LoggerFactory.getLogger(SlurmRest.class);

    private static final Duration CONNECTED_WITHIN = Duration.ofSeconds(10);
    private static final int OK = 200;
    private static final int BAD_REQUEST = 400;

    /** What scontrol prints before the token itself. */
    private static final String VARIABLE = "SLURM_JWT=";

    private static final int LONGEST_TOKEN = 16_384;
    private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7e]+");

    private final String url;
    private final Path tokenFile;
    private final String user;
    private final SlurmJson json;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECTED_WITHIN)
            .build();

    SlurmRest(SlurmProperties settings) {
        url = Objects.requireNonNull(settings.restUrl());
        tokenFile = Objects.requireNonNull(settings.tokenFile());
        user = settings.restUser() == null ? System.getProperty("user.name") : settings.restUser();
        json = new SlurmJson(settings);
    }

    @Override
    public List<SlurmJob> queue() throws SlurmException {
        return jobs("/jobs");
    }

    /** slurmrestd has it only together with slurmdbd, at other addresses and in other shapes: not asked for. */
    @Override
    public List<SlurmJob> history(String name) {
        return List.of();
    }

    @Override
    public String submit(SlurmRequest request) throws SlurmException {
        SlurmJson.Answer answer = ask("POST", "/job/submit", BodyPublishers.ofByteArray(json.submission(request)));
        if (answer.jobId() == null) {
            throw new SlurmException("slurmrestd named no job", true);
        }
        return answer.jobId();
    }

    @Override
    public void cancel(SlurmJob job) throws SlurmException {
        delete(job, "");
    }

    @Override
    public void term(SlurmJob job) throws SlurmException {
        // Up to v0.0.38 it knows no flags, and signals the script anyway.
        delete(job, "?signal=TERM&flags=BATCH_JOB");
    }

    private void delete(SlurmJob job, String how) throws SlurmException {
        try {
            boolean same = jobs("/job/" + job.id()).stream()
                    .anyMatch(
                            now -> now.name().equals(job.name()) && now.folder().equals(job.folder()));
            if (same) {
                ask("DELETE", "/job/" + job.id() + how, BodyPublishers.noBody());
            }
        } catch (SlurmException e) {
            if (e.passes()) {
                throw e;
            }
            log.debug("{} has ended already", job.name(), e);
        }
    }

    private List<SlurmJob> jobs(String path) throws SlurmException {
        return ask("GET", path, BodyPublishers.noBody()).jobs();
    }

    private SlurmJson.Answer ask(String method, String path, BodyPublisher body) throws SlurmException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + path))
                .timeout(Duration.ofSeconds(WITHIN_SECONDS))
                .header("X-SLURM-USER-NAME", user)
                .header("X-SLURM-USER-TOKEN", token())
                .header("Content-Type", "application/json")
                .method(method, body)
                .build();
        try {
            HttpResponse<InputStream> response = client.send(request, BodyHandlers.ofInputStream());
            SlurmJson.Answer answer = read(response);
            check(response.statusCode(), answer);
            return answer;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SlurmException("the question to slurmrestd was interrupted", true);
        } catch (SlurmException e) {
            throw e;
        } catch (IOException e) {
            throw new SlurmException("slurmrestd at " + url + " does not answer: " + e, true);
        }
    }

    /** One that drips ends too. */
    private SlurmJson.Answer read(HttpResponse<InputStream> response) throws IOException {
        CompletableFuture<Void> deadline = new CompletableFuture<Void>().orTimeout(WITHIN_SECONDS, TimeUnit.SECONDS);
        try (InputStream body = response.body()) {
            deadline.exceptionally(late -> close(body));
            return json.answer(body, user);
        } catch (JacksonException e) {
            String said = "slurmrestd at " + url + " answered HTTP " + response.statusCode()
                    + " without JSON that could be read";
            throw new SlurmException(said, response.statusCode() != BAD_REQUEST);
        } finally {
            deadline.complete(null);
        }
    }

    private static Void close(InputStream body) {
        try {
            body.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return null;
    }

    private static void check(int status, SlurmJson.Answer answer) throws SlurmException {
        if (answer.jobId() != null || status == OK && answer.said().isEmpty()) {
            return; // a job that was taken with reservations is one that waits
        }
        String said = "slurmrestd: " + (answer.said().isEmpty() ? "HTTP " + status : answer.said());
        throw status == BAD_REQUEST || answer.isRefusal() ? SlurmException.of(said) : new SlurmException(said, true);
    }

    private String token() throws SlurmException {
        try (InputStream file = Files.newInputStream(tokenFile)) {
            String token = new String(file.readNBytes(LONGEST_TOKEN), StandardCharsets.UTF_8).strip();
            token = token.startsWith(VARIABLE) ? token.substring(VARIABLE.length()) : token;
            if (TOKEN.matcher(token).matches()) {
                return token;
            }
        } catch (IOException e) {
            throw new SlurmException("signalbox.slurm.token-file cannot be read: " + e, true);
        }
        throw new SlurmException("signalbox.slurm.token-file " + tokenFile + " holds no token", true);
    }
}
