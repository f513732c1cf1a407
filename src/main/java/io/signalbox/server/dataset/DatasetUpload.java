package io.signalbox.server.dataset;

import io.signalbox.data.DatasetFolder;
import io.signalbox.data.DatasetInfo;
import io.signalbox.server.web.Problems;
import io.signalbox.server.web.ReceivedFile;
import io.signalbox.server.web.ResourceName;
import io.signalbox.server.web.Uploads.Upload;
import io.signalbox.spec.InvalidSpecException;
import io.signalbox.spec.Problem;
import io.signalbox.spec.SpecParser;
import io.signalbox.spec.UnreadableException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.web.multipart.MultipartFile;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A dataset as it was sent.
 *
 * @param options of the format
 */
record DatasetUpload(String name, String format, ObjectNode options, List<MultipartFile> files) {

    static final Set<String> FIELDS = Set.of("name", "format", "options");

    private static final int LONGEST_FILE_NAME = 60;
    private static final String DESCRIPTION = "dataset.json";

    /**
     * Checks what came beside the files.
     *
     * @param problems found so far
     */
    static DatasetUpload of(Upload upload, List<Problem> problems) {
        String name = upload.field("name");
        String format = upload.field("format");
        ResourceName.check(name, "#/name", problems);
        if (format == null) {
            problems.add(new Problem(
                    "#/format", "required", "is required: one of " + String.join(", ", DatasetFolder.FORMATS)));
        }
        ObjectNode options = options(upload.field("options"), problems);
        if (name == null || format == null || !problems.isEmpty()) {
            throw Problems.invalid(problems);
        }
        return new DatasetUpload(name, format, options, upload.files());
    }

    /** Moves the files to the dataset's folder and inspects them. */
    DatasetInfo fill(Path folder) throws IOException {
        List<Path> kept = new ArrayList<>();
        for (MultipartFile file : files) {
            kept.add(ReceivedFile.keep(file, free(folder, fileName(file.getOriginalFilename()))));
        }
        return DatasetFolder.create(folder, name, format, options, kept);
    }

    private static ObjectNode options(@Nullable String json, List<Problem> problems) {
        if (json == null || json.isBlank()) {
            return JsonNodeFactory.instance.objectNode();
        }
        try {
            return SpecParser.readJson(json.getBytes(StandardCharsets.UTF_8));
        } catch (UnreadableException e) {
            problems.add(
                    new Problem("#/options", e.problem().code(), e.problem().detail()));
        } catch (InvalidSpecException e) {
            problems.add(new Problem("#/options", "type.object", "must be a JSON object"));
        }
        return JsonNodeFactory.instance.objectNode();
    }

    /** What is left of a client's name for a file when nothing in it can mean a path or anything else to a system. */
    private static String fileName(@Nullable String sent) {
        String name = sent == null ? "" : sent.substring(Math.max(sent.lastIndexOf('/'), sent.lastIndexOf('\\')) + 1);
        String safe = name.replaceAll("[^A-Za-z0-9._-]", "_").replaceFirst("^[._-]+", "");
        String end = safe.substring(Math.max(0, safe.length() - LONGEST_FILE_NAME));
        boolean plain = ResourceName.isValid(end.toLowerCase(Locale.ROOT)) && !end.startsWith(DESCRIPTION);
        return plain ? end : "file-" + end;
    }

    private static Path free(Path folder, String name) {
        Path path = folder.resolve(name);
        for (int i = 2; Files.exists(path); i++) {
            path = folder.resolve(i + "-" + name);
        }
        return path;
    }
}
