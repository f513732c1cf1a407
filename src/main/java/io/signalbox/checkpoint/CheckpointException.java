package io.signalbox.checkpoint;

/** A checkpoint, or a file of one, that cannot be used: absent, damaged or not what it says. */
public class CheckpointException extends RuntimeException {

    private final String code;

    public CheckpointException(String code, String message) {
        super(message);
        this.code = code;
    }

    /** What kind of fault, for programs: {@code checkpoint.hash}, {@code safetensors.hole} … */
    public String code() {
        return code;
    }
}
