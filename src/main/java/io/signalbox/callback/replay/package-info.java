/** The callbacks of a run over metrics that are written down: what would they have done? Pure. */
@NullMarked
package io.signalbox.callback.replay;

import org.jspecify.annotations.NullMarked;
