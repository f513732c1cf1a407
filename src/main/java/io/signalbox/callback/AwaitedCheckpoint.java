package io.signalbox.callback;

import io.signalbox.spec.CommandRequest;
import java.util.function.Function;

/**
 * A command that has its effect when a checkpoint is written.
 *
 * @param name of the checkpoint
 * @param deed what is answered when it is there
 * @param undo what is undone if it could not be written
 */
record AwaitedCheckpoint(CommandRequest request, String name, Function<SavedCheckpoint, Deed> deed, Runnable undo) {}
