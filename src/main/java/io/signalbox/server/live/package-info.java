/** Events as they happen: WebSocket and server-sent events. */
@NullMarked
package io.signalbox.server.live;

import org.jspecify.annotations.NullMarked;
