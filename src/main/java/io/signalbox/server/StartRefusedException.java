package io.signalbox.server;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.web.server.PortInUseException;

/** A reason not to start that the operator can do something about. Reported without a stack trace. */
public final class StartRefusedException extends RuntimeException {

    /** What was kept is damaged (sysexits' EX_IOERR). */
    public static final int DAMAGED = 74;

    /** Something that passes holds what is needed (sysexits' EX_TEMPFAIL). */
    public static final int TRY_LATER = 75;

    /** The settings do not allow it (sysexits' EX_CONFIG). */
    public static final int BAD_SETTINGS = 78;

    private final int exitCode;
    private final String remedy;

    public StartRefusedException(int exitCode, String reason, String remedy) {
        super(reason);
        this.exitCode = exitCode;
        this.remedy = remedy;
    }

    /** What a process ends with whose start failed so; 1 for faults that nobody foresaw. */
    static int exitCode(@Nullable Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof StartRefusedException refused) {
                return refused.exitCode;
            }
            if (cause instanceof PortInUseException) {
                return TRY_LATER;
            }
        }
        return 1;
    }

    /** What the operator can do. */
    public String remedy() {
        return remedy;
    }
}
