/** Where tests hold a process to kill it there. */
@NullMarked
package io.signalbox.failpoint;

import org.jspecify.annotations.NullMarked;
