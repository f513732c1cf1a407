package io.signalbox.spec;

import org.jspecify.annotations.Nullable;

/** Checks what can only be known with the data at hand. */
public final class SpecCheck {

    private SpecCheck() {}

    /**
     * Checks a spec against its data and fills in what depends on it.
     *
     * @param validation schema of {@code data.validation_dataset}; null where the spec names none
     * @throws InvalidSpecException with every fault found
     */
    public static CheckedSpec check(JobSpec spec, DatasetSchema schema, @Nullable DatasetSchema validation) {
        throw new UnsupportedOperationException();
    }
}
