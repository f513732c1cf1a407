/** Curves, epochs and events of jobs. */
@NullMarked
package io.signalbox.server.history;

import org.jspecify.annotations.NullMarked;
