/** Commands to jobs: what was asked, by whom, and what became of it. */
@NullMarked
package io.signalbox.server.command;

import org.jspecify.annotations.NullMarked;
