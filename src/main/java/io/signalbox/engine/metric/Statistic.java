package io.signalbox.engine.metric;

import tools.jackson.databind.JsonNode;

/** What metrics of a whole set are computed from, gathered batch by batch. */
interface Statistic {

    void add(Batch batch);

    /** Leaves the batch that was added last out; to be called once for it. */
    void undo();

    void reset();

    /** All that is needed to go on adding, to the last bit. */
    JsonNode state();

    void restore(JsonNode state);
}
