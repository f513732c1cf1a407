package io.signalbox.callback;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.DoublePredicate;
import java.util.function.IntToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * How a run makes its updates, as far as callbacks change it. Every run begins with updates that are the optimizer's alone;
 * what a callback wishes it says in {@link Callback#onTrainBegin} and {@link Callback#onEpochBegin}, as a function of its
 * parameters and the epoch, so that a resumed run makes the same updates. Parameters are named as PyTorch's {@code
 * state_dict} of an {@code nn.Sequential} names them: {@code 0.weight}. Confined to the training thread.
 */
public interface Updates {

    /** Of a run that makes none, such as a replay: wishes are heard and nothing comes of them. */
    Updates NONE = new Updates() {};

    /** Names of all that is trained, in the network's order; empty where nothing is. */
    default List<String> parameters() {
        return List.of();
    }

    /** Bounds gradients, after what the optimizer bounds itself: first the norm over all together, then each value. */
    default void clip(@Nullable Double norm, @Nullable Double value) {}

    /**
     * Makes one update of so many batches, from the next epoch or, in {@code onTrainBegin}, at once. The gradient is the
     * mean over their examples, as if they were one batch.
     */
    default void accumulate(int batches) {}

    /**
     * Leaves these parameters as they are, and no others.
     *
     * @param statistics whether layers all of whose parameters are left so also keep, and use, their running statistics
     * @param factors by which the learning rate of others is multiplied
     */
    default void freeze(Set<String> parameters, boolean statistics, Map<String, Double> factors) {}

    /** Measures the gradients of the next update. */
    default void measure() {}

    /** The norm of each parameter's gradient at the last update that was measured, before clipping; empty before. */
    default Map<String, Double> gradientNorms() {
        return Map.of();
    }

    /**
     * Makes updates on the data of the first epoch and takes them all back: weights and what the optimizer keeps are as they
     * were, to the last bit.
     *
     * @param rate the learning rate of each update, counted from 0
     * @param goesOn asked with each loss whether to make the next update
     * @return the losses, each before its update; empty where nothing is trained
     */
    default List<Double> rehearse(int updates, IntToDoubleFunction rate, DoublePredicate goesOn) {
        return List.of();
    }
}
