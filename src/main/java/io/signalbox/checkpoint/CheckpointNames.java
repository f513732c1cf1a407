package io.signalbox.checkpoint;

import java.util.regex.Pattern;

/** Names of checkpoints and of their files: one path segment that is none of the folder's own. */
final class CheckpointNames {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

    private CheckpointNames() {}

    static boolean valid(String name) {
        return NAME.matcher(name).matches();
    }

    static void require(String name) {
        if (!valid(name)) {
            throw new CheckpointException(
                    "checkpoint.name",
                    "a checkpoint and its files are named by letters, digits, '.', '_' and '-', beginning with a letter"
                            + " or digit, 100 at most");
        }
    }
}
