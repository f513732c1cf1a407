package io.signalbox.callback;

import io.signalbox.spec.Command;
import io.signalbox.spec.CommandRequest;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Commands, and at most one interruption, on their way to the training thread: any thread puts them in, only the training
 * thread takes them out.
 */
public final class Mailbox {

    /** Wakes the thread that waits; nobody sees it. */
    private static final CommandRequest WAKE = new CommandRequest("", new Command.Suspend());

    private final BlockingQueue<CommandRequest> commands = new LinkedBlockingQueue<>();
    private volatile @Nullable String interruption;

    public void put(CommandRequest command) {
        commands.add(command);
    }

    /**
     * This process has to end: the run is left at the next boundary, with a checkpoint from which another process goes on.
     *
     * @param reason a sentence for people
     */
    public void interrupt(String reason) {
        interruption = reason;
        commands.add(WAKE);
    }

    /** Why this process has to end; null while it has not. */
    @Nullable
    String interruption() {
        return interruption;
    }

    /** The oldest command, or null. Costs one volatile read when there is none. */
    @Nullable
    CommandRequest take() {
        CommandRequest oldest = commands.poll();
        return oldest == WAKE ? take() : oldest;
    }

    /** The oldest command; waits for one as long as there is none. Null when there is an interruption to be looked at. */
    @Nullable
    CommandRequest await() throws InterruptedException {
        CommandRequest oldest = commands.take();
        return oldest == WAKE ? null : oldest;
    }
}
