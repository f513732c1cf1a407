/**
 * Metrics of a whole set: what is summed up batch by batch, so that the batches leave no trace.
 */
@NullMarked
package io.signalbox.engine.metric;

import org.jspecify.annotations.NullMarked;
