package io.signalbox.callback;

import org.jspecify.annotations.Nullable;

/** What is wrong with a loss, given those before it. The kinds are those of alerts. */
final class LossFaults {

    static final String NOT_FINITE = "loss_not_finite";
    static final String SPIKE = "loss_spike";
    static final String DIVERGENCE = "divergence";

    private LossFaults() {}

    /**
     * The kind of fault, null for none.
     *
     * @param spikeThreshold deviations; 0 for no spikes
     * @param divergenceFactor growth of the median; 0 for no divergence
     */
    static @Nullable String kind(double loss, LossWindow before, double spikeThreshold, double divergenceFactor) {
        if (!Double.isFinite(loss)) {
            return NOT_FINITE;
        }
        if (spikeThreshold > 0 && before.deviations(loss) > spikeThreshold) {
            return SPIKE;
        }
        return divergenceFactor > 0 && before.growth() > divergenceFactor ? DIVERGENCE : null;
    }

    static String describe(String kind, double loss, LossWindow before) {
        return switch (kind) {
            case NOT_FINITE -> "the loss is " + Numbers.nonFinite(loss);
            case SPIKE ->
                "the loss is " + Numbers.brief(loss) + ", "
                        + Numbers.brief(Math.rint(before.deviations(loss))) + " deviations above the median "
                        + Numbers.brief(before.median());
            default ->
                "the loss' median is " + Numbers.brief(before.median()) + ", "
                        + Numbers.brief(Math.rint(10 * before.growth()) / 10) + " times the lowest it was";
        };
    }
}
