package io.signalbox.trainer;

import io.signalbox.link.TrainerCommand;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the parent process says on standard input. It is read on a thread of its own, for its end is the parent's: whatever
 * this process is doing then, loading PyTorch or predicting, nobody waits for it any more and it ends at once.
 */
final class Parent {

    private static final Logger LOG = LoggerFactory.getLogger(Parent.class);

    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final BufferedReader input;
    private final long most;

    private Parent(InputStream input, long most) {
        this.input = new BufferedReader(new InputStreamReader(input, StandardCharsets.UTF_8));
        this.most = most;
    }

    /**
     * Begins to listen.
     *
     * @param most lines that are expected; after the last one the parent may die
     */
    static Parent listen(InputStream input, long most) {
        Parent parent = new Parent(input, most);
        Thread thread = new Thread(parent::read, "parent");
        thread.setDaemon(true);
        thread.start();
        return parent;
    }

    private void read() {
        try {
            for (long left = most; left > 0; left--) {
                String line = input.readLine();
                if (line == null) {
                    throw new EOFException();
                }
                lines.add(line);
            }
        } catch (IOException e) {
            LOG.debug("The parent process is gone", e);
            Runtime.getRuntime().halt(TrainerCommand.EXIT_DONE);
        }
    }

    /** The next line; waits for it. */
    String next() throws InterruptedException {
        return lines.take();
    }
}
