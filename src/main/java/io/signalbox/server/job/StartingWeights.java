package io.signalbox.server.job;

import io.signalbox.checkpoint.CheckpointException;
import io.signalbox.checkpoint.Safetensors;
import io.signalbox.checkpoint.SafetensorsException;
import io.signalbox.server.Home;
import io.signalbox.server.weights.Weights;
import io.signalbox.spec.CheckedSpec;
import io.signalbox.spec.CheckedSpec.LayerSummary;
import io.signalbox.spec.InitialWeights;
import io.signalbox.spec.InvalidSpecException;
import io.signalbox.spec.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.springframework.stereotype.Component;

/**
 * The weights that jobs begin with. Each such job has them for itself from its submission on, so that it starts from what it
 * named whatever becomes of the checkpoint, the upload or the other job.
 */
@Component
class StartingWeights {

    private static final String POINTER = "#/initial_weights";
    private static final int MISFITS_TOLD = 10;

    /** What layers keep beside what they train. */
    private static final Pattern BUFFER = Pattern.compile(".*\\.(running_mean|running_var|num_batches_tracked)");

    private final JobRepository jobs;
    private final CheckpointNames checkpoints;
    private final Weights weights;
    private final GoingOn goingOn;
    private final Home home;

    StartingWeights(JobRepository jobs, CheckpointNames checkpoints, Weights weights, GoingOn goingOn, Home home) {
        this.goingOn = goingOn;
        this.jobs = jobs;
        this.checkpoints = checkpoints;
        this.weights = weights;
        this.home = home;
    }

    /**
     * Checks that they are there and, as far as numbers tell, those of the network.
     *
     * @return the same, {@code best} and {@code latest} replaced by the checkpoint's own name
     * @throws InvalidSpecException if not
     */
    InitialWeights settle(InitialWeights asked, CheckedSpec checked) {
        InitialWeights settled = asked.job() == null ? asked : asked.named(checkpoint(asked));
        Path file = file(settled);
        try {
            List<Safetensors.Info> tensors = Safetensors.check(file);
            if (!checked.spec().model().opaque()) {
                checkNumbers(tensors, settled, checked.summaries());
            }
        } catch (SafetensorsException | IOException e) {
            throw refused("", "weights.unreadable", settled + " cannot be read: " + e.getMessage());
        }
        return settled;
    }

    private String checkpoint(InitialWeights asked) {
        long job = Objects.requireNonNull(asked.job());
        if (!jobs.existsById(job)) {
            throw refused("/job", "job.not-found", "there is no job " + job);
        }
        String name = checkpoints
                .nameOf(job, asked.checkpoint())
                .orElseThrow(() -> refused(
                        "/checkpoint",
                        "checkpoint.not-found",
                        "job " + job + " has no checkpoint '" + Problem.echo(asked.checkpoint())
                                + "'; GET /api/v1/jobs/" + job + "/checkpoints lists those it has"));
        try {
            goingOn.checkpoints(job, name).verify(name);
        } catch (CheckpointException e) {
            throw refused("/checkpoint", e.code(), String.valueOf(e.getMessage()));
        }
        return name;
    }

    private Path file(InitialWeights settled) {
        String upload = settled.upload();
        if (upload != null) {
            return weights.file(upload)
                    .orElseThrow(() -> refused(
                            "/upload",
                            "weights.not-found",
                            "there are no weights '" + Problem.echo(upload) + "'; POST them to /api/v1/weights first"));
        }
        try {
            return goingOn.checkpoints(Objects.requireNonNull(settled.job()), settled.checkpoint())
                    .file(settled.checkpoint(), "model.safetensors");
        } catch (CheckpointException e) {
            throw refused("/checkpoint", e.code(), String.valueOf(e.getMessage()));
        }
    }

    /** Compares how many numbers each layer trains; the trainer compares names and shapes. */
    private static void checkNumbers(
            List<Safetensors.Info> tensors, InitialWeights settled, List<LayerSummary> layers) {
        Map<String, Long> wanted = new LinkedHashMap<>();
        layers.forEach(layer -> wanted.put(place(layer), layer.parameters()));
        Map<String, Long> found = new LinkedHashMap<>();
        List<String> misfits = new ArrayList<>();
        for (Safetensors.Info tensor : tensors) {
            if (BUFFER.matcher(tensor.name()).matches()) {
                continue;
            }
            String place = tensor.name();
            while (!wanted.containsKey(place) && place.indexOf('.') >= 0) {
                place = place.substring(0, place.lastIndexOf('.'));
            }
            if (wanted.containsKey(place)) {
                found.merge(place, numbers(tensor), Long::sum);
            } else {
                misfits.add("'" + Problem.echo(tensor.name()) + "' is of no layer");
            }
        }
        for (LayerSummary layer : layers) {
            long there = found.getOrDefault(place(layer), 0L);
            if (there != layer.parameters()) {
                misfits.add("layer " + layer.name() + " has " + layer.parameters() + " parameters, they have " + there);
            }
        }
        if (settled.strict() && !misfits.isEmpty()) {
            throw refused(
                    "",
                    "weights.mismatch",
                    settled + " are not of this network: "
                            + String.join("; ", misfits.subList(0, Math.min(MISFITS_TOLD, misfits.size())))
                            + "; strict: false takes what fits");
        }
        if (found.isEmpty()) {
            throw refused("", "weights.mismatch", settled + " have no tensor of any layer of this network");
        }
    }

    private static String place(LayerSummary layer) {
        return layer.name().substring(0, layer.name().indexOf(' '));
    }

    private static long numbers(Safetensors.Info tensor) {
        return tensor.shape().stream().reduce(1L, Math::multiplyExact);
    }

    /** Gives a new job the weights that it begins with. */
    void keep(long job, InitialWeights settled) {
        Path kept = home.initialWeights(job);
        Path file = file(settled);
        try {
            Files.createDirectories(kept.resolveSibling(""));
            SharedFile.share(file, kept);
        } catch (IOException e) {
            throw new UncheckedIOException("the weights to begin with could not be kept", e);
        }
    }

    private static InvalidSpecException refused(String member, String code, String detail) {
        return new InvalidSpecException(List.of(new Problem(POINTER + member, code, detail)));
    }
}
