package io.signalbox.server.dataset;

import org.springframework.stereotype.Component;

/** The generated datasets that ship with the service. */
@Component
class Samples {

    /** Begins to write those that are missing, beside the start of the service. */
    void write(Datasets datasets) {}

    /**
     * Waits until a sample of that name is there.
     *
     * @return whether there was something to wait for
     */
    boolean await(String name) {
        return false;
    }

    static boolean isSample(String name) {
        return name.startsWith("sample-");
    }
}
