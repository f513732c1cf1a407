/** The one way by which events come in: committed in order, projected, then told to whoever listens. */
@NullMarked
package io.signalbox.server.ingest;

import org.jspecify.annotations.NullMarked;
