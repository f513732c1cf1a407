package io.signalbox.server.web;

import io.signalbox.spec.Names;
import io.signalbox.spec.Problem;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Names of datasets and weights, which become names of files on any system. */
public final class ResourceName {

    private static final Pattern FILE = Pattern.compile(Names.FILE);

    /** Names that Windows keeps for devices, whatever follows after a dot. */
    private static final Pattern DEVICE = Pattern.compile("(con|prn|aux|nul|com\\d|lpt\\d)(\\..*)?");

    private ResourceName() {}

    /** Whether something can have that name. */
    public static boolean isValid(String name) {
        return FILE.matcher(name).matches()
                && !name.endsWith(".")
                && !DEVICE.matcher(name).matches();
    }

    /** Adds what is wrong with the name that something new is to have. */
    public static void check(@Nullable String name, String pointer, List<Problem> problems) {
        if (name == null) {
            problems.add(new Problem(pointer, "required", "is required"));
        } else if (!isValid(name)) {
            problems.add(new Problem(
                    pointer,
                    "name.format",
                    "must be 1 to 64 of a-z, 0-9, '.', '_' and '-', begin with a letter or digit, end with no dot"
                            + " and be no device name, was '" + Problems.echo(name) + "'"));
        }
    }
}
