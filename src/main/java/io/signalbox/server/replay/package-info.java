/** What would these callbacks have done? */
@NullMarked
package io.signalbox.server.replay;

import org.jspecify.annotations.NullMarked;
