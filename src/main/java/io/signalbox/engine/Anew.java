package io.signalbox.engine;

/** What a training that goes on from a checkpoint does not take up from it, but begins anew. */
public enum Anew {
    /** The wish to stop that was in force: training goes on as if nobody had asked for it. */
    STOP,
    /** The learning rate in force and its owner: the spec's takes their place. */
    LEARNING_RATE,
    /** What the optimizer keeps of updates before. */
    OPTIMIZER
}
