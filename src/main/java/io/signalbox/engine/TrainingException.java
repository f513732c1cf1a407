package io.signalbox.engine;

/** PyTorch could not do what a training asked of it. */
public final class TrainingException extends RuntimeException {

    TrainingException(String message, Throwable cause) {
        super(message, cause);
    }

    /** What went wrong, without the listing of the program that PyTorch puts before or behind it. */
    static String firstLine(Throwable cause) {
        String text = String.valueOf(cause.getMessage());
        return text.lines()
                .filter(line -> !line.isBlank())
                .reduce((first, last) -> last.contains("Error") ? last : first)
                .orElse(text);
    }
}
