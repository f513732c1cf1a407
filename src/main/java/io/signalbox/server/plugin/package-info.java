/** The callbacks of plugins, as a trainer process describes them: none of their classes is loaded here. */
@NullMarked
package io.signalbox.server.plugin;

import org.jspecify.annotations.NullMarked;
