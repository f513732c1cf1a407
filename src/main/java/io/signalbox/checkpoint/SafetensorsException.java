package io.signalbox.checkpoint;

/** A file that is no valid safetensors file, or that is beyond what this reader takes. */
public final class SafetensorsException extends CheckpointException {

    SafetensorsException(String kind, String message) {
        super("safetensors." + kind, message);
    }
}
