package io.signalbox.spec;

import org.jspecify.annotations.Nullable;

/**
 * A command on its way to a job.
 *
 * @param id unique within the job; a command of an id already seen is not applied again
 * @param again the updates after which an attempt before applied it, and this one is to as well, not earlier; null for a
 *     command that none has applied
 */
public record CommandRequest(
        String id, Command command, @Nullable Long again) {

    /** One that no attempt has applied. */
    public CommandRequest(String id, Command command) {
        this(id, command, null);
    }

    /** The same, that took effect after so many updates, in an attempt that may be gone back behind. */
    public CommandRequest again(long step) {
        return new CommandRequest(id, command, step);
    }
}
