package io.signalbox.callback;

import tools.jackson.databind.node.ObjectNode;

/** An average of the weights that a callback keeps beside those that are trained, and may put in their place for a while. */
final class AveragedWeights {

    private final String key;
    private long count;
    private boolean inModel;

    /** @param key under which the run keeps the average */
    AveragedWeights(String key) {
        this.key = key;
    }

    void reset() {
        count = 0;
        inModel = false;
    }

    /** Averages the present weights in: the first are taken as they are. */
    void add(double share, Run run) {
        run.averageWeights(key, count == 0 ? 1 : share);
        count++;
    }

    /** Weights averaged so far. */
    long count() {
        return count;
    }

    /** Puts the average in the model's place, which is kept. */
    void putIn(Run run) {
        inModel = inModel || (count > 0 && run.swapWeights(key));
    }

    /** Puts the model back in the place of the average. */
    void takeOut(Run run) {
        inModel = inModel && !run.swapWeights(key);
    }

    boolean inModel() {
        return inModel;
    }

    /** Gives the model the average for good. */
    boolean overwrite(Run run) {
        return !inModel && count > 0 && run.restoreWeights(key);
    }

    void keep(ObjectNode state) {
        state.put("averaged", count).put("in_model", inModel);
    }

    void restore(ObjectNode state) {
        count = state.get("averaged").asLong();
        inModel = state.get("in_model").asBoolean();
    }
}
