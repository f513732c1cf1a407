/** Checkpoints of jobs: listing and download. */
@NullMarked
package io.signalbox.server.checkpoint;

import org.jspecify.annotations.NullMarked;
