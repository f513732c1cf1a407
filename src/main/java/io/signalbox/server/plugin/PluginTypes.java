package io.signalbox.server.plugin;

import io.signalbox.callback.Callbacks;
import io.signalbox.link.PluginDescriber;
import io.signalbox.server.Home;
import io.signalbox.spec.CallbackTypes;
import io.signalbox.spec.Problem;
import io.signalbox.spec.schema.SchemaReader;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The callbacks that specs can name: those built in and those of plugins. This process never loads a plugin's classes: a
 * trainer process describes them, anew whenever the folder has changed. Thread-safe.
 */
@Component
public class PluginTypes implements CallbackTypes {

    private static final Logger log = LoggerFactory.getLogger(PluginTypes.class);

    private final Callbacks builtIn = new Callbacks();
    private final Path folder;
    private final JsonMapper json;
    private Map<String, String> seen = Map.of();
    private Described described = new Described(Map.of(), List.of());

    private record Described(Map<String, ObjectNode> schemas, List<String> faults) {}

    PluginTypes(Home home, JsonMapper json) {
        this.folder = home.plugins();
        this.json = json;
    }

    @Override
    public Set<String> types() {
        Set<String> types = new LinkedHashSet<>(builtIn.types());
        types.addAll(current().schemas().keySet());
        return types;
    }

    /** Those built in only. */
    @Override
    public @Nullable Class<? extends Record> parameters(String type) {
        return builtIn.parameters(type);
    }

    @Override
    public @Nullable ObjectNode schema(String type) {
        ObjectNode own = builtIn.schema(type);
        return own == null ? current().schemas().get(type) : own;
    }

    @Override
    public @Nullable ObjectNode bind(String type, ObjectNode given, String pointer, List<Problem> problems) {
        ObjectNode schema =
                builtIn.types().contains(type) ? null : current().schemas().get(type);
        return schema == null
                ? builtIn.bind(type, given, pointer, problems)
                : SchemaReader.read(given, schema, pointer, problems);
    }

    @Override
    public List<String> faults() {
        return current().faults();
    }

    private synchronized Described current() {
        Map<String, String> now = fingerprint();
        if (!now.equals(seen)) {
            described = now.isEmpty() ? new Described(Map.of(), List.of()) : describe();
            seen = now;
            described.schemas().keySet().forEach(type -> log.info("plugin: callback {} can be used", type));
            described.faults().forEach(fault -> log.warn("plugin {}", fault));
        }
        return described;
    }

    private Map<String, String> fingerprint() {
        Map<String, String> files = new TreeMap<>();
        try (DirectoryStream<Path> jars = Files.newDirectoryStream(folder, "*.jar")) {
            for (Path jar : jars) {
                files.put(jar.toString(), Files.size(jar) + " " + Files.getLastModifiedTime(jar));
            }
        } catch (IOException e) {
            log.warn("the folder of plugins cannot be read: {}", e.getMessage());
        }
        return files;
    }

    private Described describe() {
        Map<String, ObjectNode> schemas = new LinkedHashMap<>();
        try {
            JsonNode told = json.readTree(PluginDescriber.describe(folder));
            for (JsonNode type : told.path("types")) {
                ObjectNode schema = (ObjectNode) type.get("schema");
                schemas.put(
                        type.path("name").asString(),
                        schema.put("x-plugin", type.path("jar").asString()));
            }
            return new Described(
                    schemas,
                    told.path("faults").valueStream().map(JsonNode::asString).toList());
        } catch (IOException | RuntimeException e) {
            return new Described(Map.of(), List.of("none could be read: " + e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Described(Map.of(), List.of("none could be read: interrupted"));
        }
    }
}
