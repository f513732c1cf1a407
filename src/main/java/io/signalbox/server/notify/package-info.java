/** Messages at events of jobs, by webhook and e-mail, and epochs for remote monitors: from the committed events. */
@NullMarked
package io.signalbox.server.notify;

import org.jspecify.annotations.NullMarked;
