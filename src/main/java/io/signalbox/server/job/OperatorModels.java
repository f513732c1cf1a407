package io.signalbox.server.job;

import io.signalbox.server.Home;
import io.signalbox.server.SignalboxProperties;
import io.signalbox.spec.JobSpec;
import io.signalbox.spec.Problem;
import io.signalbox.spec.model.ModelSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/**
 * The TorchScript modules that the operator has put into the home folder. They are code: only trainers load them, only by
 * the operator's leave, and never one that came over the API. A job has a copy for itself from its submission on, so that it
 * goes on with what it began with.
 */
@Component
public class OperatorModels implements SpecRule {

    /** Why a job does not run. */
    public static final String OFF =
            "a TorchScript file is code, and this server's operator has not switched such models on"
                    + " (signalbox.models.torchscript)";

    private static final String ENDING = ".pt";
    private static final int NAMES_TOLD = 20;

    private final Home home;
    private final boolean on;
    private final JsonMapper json;

    OperatorModels(Home home, SignalboxProperties properties, JsonMapper json) {
        this.home = home;
        this.on = properties.models().torchscript();
        this.json = json;
    }

    @Override
    public void check(JobSpec spec, List<Problem> problems) {
        if (!(spec.model() instanceof ModelSpec.Torchscript module)) {
            return;
        }
        if (!on) {
            problems.add(new Problem("#/model/type", "model.off", OFF + "; use another type"));
        } else if (file(module.name()) == null) {
            problems.add(new Problem(
                    "#/model/name",
                    "model.not-found",
                    "there is no '" + Problem.echo(module.name()) + ENDING
                            + "' in the server's folder of models; there are " + names()));
        }
    }

    /** The file of that name; null if there is none, or it is not in the folder. */
    private @Nullable Path file(String name) {
        Path file = home.models().resolve(name + ENDING);
        try {
            boolean within = file.toRealPath().startsWith(home.models().toRealPath());
            return within && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) ? file : null;
        } catch (IOException e) {
            return null;
        }
    }

    private String names() {
        try (Stream<Path> files = Files.list(home.models())) {
            String names = files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(ENDING))
                    .map(name -> name.substring(0, name.length() - ENDING.length()))
                    .sorted()
                    .limit(NAMES_TOLD)
                    .collect(Collectors.joining(", "));
            return names.isEmpty() ? "none" : names;
        } catch (IOException e) {
            return "none";
        }
    }

    /** Whether a job's model is one that the operator has switched off. */
    public boolean mayNotRun(Job job) {
        return !on && json.readTree(job.spec()).at("/model/type").asString("").equals("torchscript");
    }

    /** Gives a new job its copy. */
    void keep(long job, ModelSpec model) {
        if (model instanceof ModelSpec.Torchscript module) {
            Path file = file(module.name());
            Path kept = home.module(job);
            try {
                if (file == null) {
                    throw new IOException(module.name() + ENDING + " is gone");
                }
                Files.createDirectories(kept.resolveSibling(""));
                Files.copy(file, kept);
            } catch (IOException e) {
                throw new UncheckedIOException("the job's model could not be kept", e);
            }
        }
    }
}
