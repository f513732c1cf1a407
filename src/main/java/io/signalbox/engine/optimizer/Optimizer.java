package io.signalbox.engine.optimizer;

import java.util.List;

/**
 * An optimizer: what it keeps and how it updates.
 *
 * @param moments what it keeps
 * @param momentum that it begins with (Adam's first beta); 0 for none
 * @param code how it updates
 */
public record Optimizer(List<Moment> moments, double momentum, Code code) {

    /**
     * What is kept for each parameter.
     *
     * @param name as in PyTorch's {@code state_dict}; the program has a list of tensors of that name
     * @param scalar whether it is one number, else of the parameter's shape
     * @param initial what it begins with
     */
    public record Moment(String name, boolean scalar, float initial) {

        /** Of the parameter's shape, zero at first. */
        static Moment of(String name) {
            return new Moment(name, false, 0);
        }
    }

    /** The list of steps: for each parameter the number of this update, from 1. */
    public static final String STEPS = "steps";

    /** Writes an update. */
    @FunctionalInterface
    public interface Code {

        /**
         * Lines that update the parameters {@code p} by the gradients {@code g}, clipped, with the rate {@code lr} and the
         * {@code momentum}.
         *
         * @param lists the expressions of {@link #STEPS} and the lists of moments, each beside {@code p}
         */
        List<String> lines(Lists lists);
    }

    /** Finds a list of the program. */
    @FunctionalInterface
    public interface Lists {

        /** The TorchScript expression of a list. */
        String of(String name);
    }
}
