/**
 * The child process that trains one job.
 */
@NullMarked
package io.signalbox.trainer;

import org.jspecify.annotations.NullMarked;
