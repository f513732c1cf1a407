package io.signalbox.server.web;

import io.signalbox.server.DiskSpace;
import io.signalbox.server.Home;
import io.signalbox.server.SignalboxProperties;
import io.signalbox.spec.Problem;
import jakarta.servlet.MultipartConfigElement;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.unit.DataSize;
import org.springframework.web.multipart.MultipartException;
import org.springframework.web.multipart.MultipartFile;
import org.springframework.web.multipart.MultipartHttpServletRequest;
import org.springframework.web.util.WebUtils;

/**
 * Receives multipart uploads: to the home folder's disk as they come, so that a file is moved, not copied, to where it
 * belongs. What a request leaves behind is deleted at its end, what a crash left behind at the next start.
 */
@Configuration(proxyBeanMethods = false)
public class Uploads {

    private static final String FILE = "file";
    private static final int IN_MEMORY = 1 << 16;
    private static final long ENVELOPE = DataSize.ofMegabytes(1).toBytes();

    private final Path folder;
    private final SignalboxProperties.Uploads settings;
    private final SignalboxProperties.Disk disk;
    private final DiskSpace space;

    Uploads(Home home, SignalboxProperties properties, DiskSpace space) throws IOException {
        folder = home.uploads();
        settings = properties.uploads();
        disk = properties.disk();
        this.space = space;
        if (!home.wasFree()) {
            return; // another server may be receiving them
        }
        try (DirectoryStream<Path> leftovers = Files.newDirectoryStream(folder)) {
            for (Path leftover : leftovers) {
                Files.delete(leftover);
            }
        }
    }

    /** What was sent: texts by name, and the parts called {@code file} in their order. */
    public record Upload(Map<String, String> fields, List<MultipartFile> files) {

        /** A text; null if it was not sent. */
        public @Nullable String field(String name) {
            return fields.get(name);
        }
    }

    /**
     * Receives a request's parts.
     *
     * @param fields texts that may be there
     * @param problems unknown, doubled and missing parts are added here
     */
    public Upload receive(HttpServletRequest request, Set<String> fields, List<Problem> problems) throws IOException {
        MultipartHttpServletRequest multipart = WebUtils.getNativeRequest(request, MultipartHttpServletRequest.class);
        if (multipart == null) {
            throw Problems.unsupportedType("Content-Type must be multipart/form-data.");
        }
        requireSpace(request.getContentLengthLong());
        Map<String, String> texts = new LinkedHashMap<>();
        for (Map.Entry<String, List<MultipartFile>> part : parts(multipart)) {
            if (!part.getKey().equals(FILE)) {
                for (MultipartFile text : part.getValue()) {
                    put(part.getKey(), text(part.getKey(), text, problems), texts, fields, problems);
                }
            }
        }
        for (Map.Entry<String, String[]> parameter : multipart.getParameterMap().entrySet()) {
            for (String value : parameter.getValue()) {
                put(parameter.getKey(), value, texts, fields, problems);
            }
        }
        List<MultipartFile> files = multipart.getFiles(FILE);
        if (files.isEmpty()) {
            problems.add(new Problem("#/file", "required", "is required: a part with a file name"));
        }
        return new Upload(texts, files);
    }

    /** What becomes of a parsing failure: 413, 507 or 400. */
    ApiException refusal(MultipartException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause.getClass().getSimpleName().contains("Limit")) {
                return tooLarge();
            }
        }
        return space.usable() < disk.keepFree().toBytes() / 2
                ? storageFull()
                : Problems.unreadable("The multipart body cannot be read to its end.");
    }

    private ApiException tooLarge() {
        return Problems.tooLarge("An upload may have " + settings.maxSize().toBytes()
                + " bytes in all (signalbox.uploads.max-size) and few parts.");
    }

    private void requireSpace(long length) {
        if (length > settings.maxSize().toBytes() + ENVELOPE) {
            throw tooLarge();
        }
        if (space.usable() - Math.max(length, 0) < disk.keepFree().toBytes()) {
            throw storageFull();
        }
    }

    private static ApiException storageFull() {
        return Problems.storageFull("The disk of the server's home folder has too little room for this upload.");
    }

    private static Set<Map.Entry<String, List<MultipartFile>>> parts(MultipartHttpServletRequest multipart) {
        return multipart.getMultiFileMap().entrySet();
    }

    private static String text(String name, MultipartFile part, List<Problem> problems) throws IOException {
        if (part.getSize() > IN_MEMORY) {
            problems.add(new Problem("#/" + Problems.echo(name), "length", "must be a short text"));
            return "";
        }
        return new String(part.getBytes(), StandardCharsets.UTF_8);
    }

    private static void put(
            String name, String value, Map<String, String> texts, Set<String> fields, List<Problem> problems) {
        if (!fields.contains(name)) {
            problems.add(new Problem(
                    "#/" + Problems.echo(name), "unknown-field", "is not known here; file and " + fields + " are"));
        } else if (texts.putIfAbsent(name, value) != null) {
            problems.add(new Problem("#/" + name, "unique", "was given more than once"));
        }
    }

    @Bean
    MultipartConfigElement multipartConfig() {
        long most = settings.maxSize().toBytes();
        return new MultipartConfigElement(folder.toString(), most, most + ENVELOPE, IN_MEMORY);
    }
}
