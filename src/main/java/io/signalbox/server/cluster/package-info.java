/** Several servers on one database: which of them leads, and how each hears of what the others wrote. */
@NullMarked
package io.signalbox.server.cluster;

import org.jspecify.annotations.NullMarked;
