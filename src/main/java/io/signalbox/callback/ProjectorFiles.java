package io.signalbox.callback;

import io.signalbox.callback.Insight.Target;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The weights of embedding layers as TensorBoard's projector reads them: tab-separated vectors, with the names of the tokens
 * where the network predicts these, and {@code projector_config.pbtxt}. Each file takes the place of the one before as a whole.
 */
final class ProjectorFiles {

    /** Rows of a layer that are written, the first. */
    private static final int MOST_ROWS = 10_000;

    private static final String FOLDER = "embeddings";

    private ProjectorFiles() {}

    /** Names of the parameters that are embedding layers' weights. */
    static Set<String> parameters(JobFacts job) {
        return job.layers().stream()
                .map(layer -> layer.name().split(" ", 2))
                .filter(words -> words.length > 1 && words[1].equals("embedding"))
                .map(words -> words[0] + ".weight")
                .collect(Collectors.toSet());
    }

    static void write(Path folder, Insight insight, Set<String> parameters) throws IOException {
        StringBuilder config = new StringBuilder();
        List<IOException> faults = new ArrayList<>();
        insight.weights((name, shape, values) -> {
            if (parameters.contains(name) && shape.size() == 2 && faults.isEmpty()) {
                try {
                    config.append(write(folder, name, shape, values, insight.target()));
                } catch (IOException e) {
                    faults.add(e);
                }
            }
        });
        if (!faults.isEmpty()) {
            throw faults.get(0);
        }
        if (config.length() > 0) {
            replace(folder.resolve("projector_config.pbtxt"), List.of(config.toString()));
        }
    }

    private static String write(Path folder, String name, List<Long> shape, FloatBuffer values, @Nullable Target target)
            throws IOException {
        Files.createDirectories(folder.resolve(FOLDER));
        int rows = (int) Math.min(MOST_ROWS, shape.get(0));
        int columns = shape.get(1).intValue();
        List<String> lines = new ArrayList<>(rows);
        for (int row = 0; row < rows; row++) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < columns; column++) {
                line.append(column == 0 ? "" : "\t").append(values.get(row * columns + column));
            }
            lines.add(line.append('\n').toString());
        }
        String file = FOLDER + "/" + name + ".tsv";
        replace(folder.resolve(file), lines);
        String metadata = FOLDER + "/" + name + ".metadata.tsv";
        List<String> names = target == null ? List.of() : target.names();
        boolean named = names.size() == shape.get(0);
        if (named) {
            replace(
                    folder.resolve(metadata),
                    names.stream()
                            .limit(rows)
                            .map(token -> printable(token) + "\n")
                            .toList());
        }
        return "embeddings {\n  tensor_name: \"" + name + "\"\n  tensor_path: \"" + file + "\"\n"
                + (named ? "  metadata_path: \"" + metadata + "\"\n" : "") + "}\n";
    }

    /** Of a token in a line of its own. */
    private static String printable(String token) {
        String shown = token.replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r");
        return shown.isBlank() ? "'" + shown + "'" : shown;
    }

    private static void replace(Path file, List<String> lines) throws IOException {
        Path next = file.resolveSibling(file.getFileName() + ".tmp");
        try (BufferedWriter writer = Files.newBufferedWriter(next, StandardCharsets.UTF_8)) {
            for (String line : lines) {
                writer.write(line);
            }
        }
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
