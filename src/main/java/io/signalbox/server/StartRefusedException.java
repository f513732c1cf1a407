package io.signalbox.server;

import org.springframework.boot.ExitCodeGenerator;

/** A reason not to start that the operator can do something about. Reported without a stack trace. */
public final class StartRefusedException extends RuntimeException implements ExitCodeGenerator {

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

    @Override
    public int getExitCode() {
        return exitCode;
    }

    /** What the operator can do. */
    public String remedy() {
        return remedy;
    }
}
