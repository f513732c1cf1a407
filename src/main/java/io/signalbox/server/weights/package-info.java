/** Uploaded weights. */
@NullMarked
package io.signalbox.server.weights;

import org.jspecify.annotations.NullMarked;
