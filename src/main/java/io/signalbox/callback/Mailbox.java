package io.signalbox.callback;

import io.signalbox.spec.CommandRequest;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** Commands on their way to the training thread: any thread puts them in, only the training thread takes them out. */
public final class Mailbox {

    private final Queue<CommandRequest> commands = new ConcurrentLinkedQueue<>();

    public void put(CommandRequest command) {
        commands.add(command);
    }

    /** The oldest command, or null. Costs one volatile read when there is none. */
    @Nullable
    CommandRequest take() {
        return commands.poll();
    }
}
