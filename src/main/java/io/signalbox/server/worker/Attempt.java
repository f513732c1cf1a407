package io.signalbox.server.worker;

/** One process run of a job. */
record Attempt(long jobId, int number) {

    /** Its name with every launcher: {@code run-7-1}. */
    String name() {
        return "run-" + jobId + "-" + number;
    }
}
