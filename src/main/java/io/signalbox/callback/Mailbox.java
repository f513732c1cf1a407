package io.signalbox.callback;

import io.signalbox.spec.CommandRequest;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/** Commands on their way to the training thread: any thread puts them in, only the training thread takes them out. */
public final class Mailbox {

    private final BlockingQueue<CommandRequest> commands = new LinkedBlockingQueue<>();

    public void put(CommandRequest command) {
        commands.add(command);
    }

    /** The oldest command, or null. Costs one volatile read when there is none. */
    @Nullable
    CommandRequest take() {
        return commands.poll();
    }

    /** The oldest command; waits for one as long as there is none. */
    CommandRequest await() throws InterruptedException {
        return commands.take();
    }
}
