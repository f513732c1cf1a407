package io.signalbox.trainer;

import io.signalbox.callback.Callback;
import io.signalbox.callback.CallbackException;
import io.signalbox.callback.CallbackType;
import io.signalbox.callback.Callbacks;
import io.signalbox.spec.schema.Binder;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.jar.JarFile;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The callbacks of the jars in the plugin folder, loaded into this process and nowhere else. Each jar has a class loader of
 * its own. What cannot be loaded is told and costs nothing else.
 */
final class Plugins {

    private static final String TYPE_NAME = "[A-Z][A-Za-z0-9]{0,63}";

    /** A jar that names more is broken. */
    private static final int MOST_OF_A_JAR = 200;

    private final Map<String, CallbackType<?>> types = new LinkedHashMap<>();
    private final Map<String, String> jars = new LinkedHashMap<>();
    private final List<String> faults = new ArrayList<>();

    private Plugins() {}

    /** Loads every jar of a folder, sorted by name; of no folder, none. */
    static Plugins load(@Nullable Path folder) {
        Plugins plugins = new Plugins();
        if (folder != null && Files.isDirectory(folder)) {
            List<Path> jars = new ArrayList<>();
            try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.jar")) {
                files.forEach(jars::add);
            } catch (IOException e) {
                plugins.faults.add("the folder of plugins cannot be read: " + e.getMessage());
            }
            jars.stream().sorted().forEach(plugins::open);
        }
        return plugins;
    }

    /** The types that were loaded. */
    List<CallbackType<?>> types() {
        return List.copyOf(types.values());
    }

    /** What could not be loaded and why, a sentence each that begins with the jar's name. */
    List<String> faults() {
        return faults;
    }

    /** What the server is told: the types with the schemas of their parameters, and the faults. */
    ObjectNode describe() {
        ObjectNode description = JsonNodeFactory.instance.objectNode();
        ArrayNode all = description.putArray("types");
        types.forEach((name, type) -> all.addObject()
                .put("name", name)
                .put("jar", jars.get(name))
                .set("schema", Binder.schema(type.params())));
        ArrayNode told = description.putArray("faults");
        faults.forEach(told::add);
        return description;
    }

    private void open(Path jar) {
        String file = String.valueOf(jar.getFileName());
        try (JarFile readable = new JarFile(jar.toFile())) {
            URLClassLoader loader =
                    new URLClassLoader(file, new URL[] {jar.toUri().toURL()}, Plugins.class.getClassLoader());
            int before = types.size() + faults.size();
            find(loader, file);
            if (types.size() + faults.size() == before) {
                faults.add(file + ": names no class in META-INF/services/" + CallbackType.class.getName() + " ("
                        + readable.size() + " entries)");
            }
        } catch (IOException e) {
            faults.add(file + ": is no jar that can be read: " + e.getMessage());
        }
    }

    private void find(ClassLoader loader, String file) {
        Iterator<CallbackType> found =
                ServiceLoader.load(CallbackType.class, loader).iterator();
        for (int i = 0; i < MOST_OF_A_JAR; i++) {
            try {
                if (!found.hasNext()) {
                    return;
                }
                add(found.next(), file);
            } catch (ServiceConfigurationError | LinkageError | RuntimeException e) {
                Throwable cause = e.getCause() == null ? e : e.getCause();
                faults.add(file + ": a class of it cannot be used: " + e.getMessage()
                        + (cause == e ? "" : " (" + cause + ")"));
            }
        }
    }

    private void add(CallbackType<?> type, String file) {
        String name = String.valueOf(type.name());
        if (!name.matches(TYPE_NAME)) {
            faults.add(file + ": its type must be named like EarlyStopping, was " + name);
        } else if (new Callbacks().types().contains(name)) {
            faults.add(file + ": its type " + name + " is one that is built in; choose another name");
        } else if (types.containsKey(name)) {
            faults.add(
                    file + ": its type " + name + " is one of " + jars.get(name) + " already; remove one of the two");
        } else {
            Binder.schema(type.params()); // throws for components that no spec could give
            types.put(name, new Guarded<>(type, name, file));
            jars.put(name, file);
        }
    }

    /** Tells of whatever a plugin does wrong which plugin and where. */
    private record Guarded<P extends Record>(CallbackType<P> type, String name, String jar) implements CallbackType<P> {

        @Override
        public Class<P> params() {
            return type.params();
        }

        @Override
        public Callback create(String callback, P params) {
            Callback created;
            try {
                created = type.create(callback, params);
            } catch (RuntimeException | LinkageError e) {
                throw failure(callback, "its construction", e);
            }
            if (created == null) {
                throw failure(callback, "its construction", new NullPointerException("create answered null"));
            }
            InvocationHandler handler = (proxy, method, arguments) -> call(callback, created, method, arguments);
            return (Callback)
                    Proxy.newProxyInstance(Callback.class.getClassLoader(), new Class<?>[] {Callback.class}, handler);
        }

        private @Nullable Object call(String callback, Callback target, Method method, Object @Nullable [] arguments)
                throws Throwable {
            if (method.getName().equals("name")) {
                return callback;
            }
            try {
                Object answer = method.invoke(target, arguments);
                if (answer == null && method.getReturnType() != void.class) {
                    throw failure(callback, method.getName(), new NullPointerException("it answered null"));
                }
                return answer;
            } catch (InvocationTargetException e) {
                if (e.getCause() instanceof CallbackException own) {
                    throw own;
                }
                throw failure(callback, method.getName(), e.getCause());
            }
        }

        private CallbackException failure(String callback, String where, @Nullable Throwable cause) {
            CallbackException failure =
                    new CallbackException(callback, "the plugin " + jar + " failed in " + where + ": " + cause);
            failure.initCause(cause);
            return failure;
        }
    }
}
