package io.signalbox.server.weights;

import io.signalbox.checkpoint.Safetensors;
import io.signalbox.checkpoint.SafetensorsException;
import io.signalbox.server.Home;
import io.signalbox.server.web.Problems;
import io.signalbox.server.web.ReceivedFile;
import io.signalbox.server.web.ResourceName;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;
import org.springframework.web.multipart.MultipartFile;

/** Uploaded weights: a safetensors file each, by name. Thread-safe. */
@Component
public class Weights {

    private static final String SUFFIX = ".safetensors";

    private final Path folder;

    Weights(Home home) throws IOException {
        folder = home.weights();
        for (Path file : files()) {
            if (!ResourceName.isValid(name(file))) {
                Files.delete(file);
            }
        }
    }

    /**
     * Uploaded weights.
     *
     * @param parameters numbers in all tensors together
     */
    record WeightsView(String name, long bytes, Instant createdAt, long parameters, List<Safetensors.Info> tensors) {}

    /** The file of weights of that name. */
    public Optional<Path> file(String name) {
        Path file = folder.resolve(ResourceName.isValid(name) ? name + SUFFIX : ".none");
        return Files.isRegularFile(file) ? Optional.of(file) : Optional.empty();
    }

    /** All, by name. */
    List<String> names() throws IOException {
        return files().stream()
                .map(Weights::name)
                .filter(ResourceName::isValid)
                .sorted()
                .toList();
    }

    WeightsView view(String name) throws IOException {
        Path file = file(name).orElseThrow(() -> Problems.notFound("weights named", name));
        List<Safetensors.Info> tensors = Safetensors.check(file);
        return new WeightsView(
                name, Files.size(file), Files.getLastModifiedTime(file).toInstant(), parameters(tensors), tensors);
    }

    /** Takes a file that is valid by its content, under a name that is free. */
    WeightsView add(String name, MultipartFile part) throws IOException {
        Path target = folder.resolve(name + SUFFIX);
        Path arriving = Files.createTempFile(folder, ".incoming-", SUFFIX, Home.privateFile());
        try {
            Safetensors.check(ReceivedFile.keep(part, arriving));
            Files.createLink(target, arriving);
            ReceivedFile.sync(folder);
        } catch (SafetensorsException e) {
            throw Problems.invalid("#/file", e.code(), String.valueOf(e.getMessage()));
        } catch (FileAlreadyExistsException e) {
            throw Problems.conflict("There are weights named " + name + " already; delete them first.");
        } finally {
            Files.deleteIfExists(arriving);
        }
        return view(name);
    }

    void delete(String name) throws IOException {
        Files.delete(file(name).orElseThrow(() -> Problems.notFound("weights named", name)));
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(SUFFIX)).toList();
        }
    }

    private static String name(Path file) {
        String fileName = String.valueOf(file.getFileName());
        return fileName.substring(0, fileName.length() - SUFFIX.length());
    }

    private static long parameters(List<Safetensors.Info> tensors) {
        return tensors.stream()
                .mapToLong(tensor ->
                        tensor.shape().stream().mapToLong(Long::longValue).reduce(1, (a, b) -> a * b))
                .sum();
    }
}
