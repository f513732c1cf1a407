/**
 * Learning-rate schedules.
 */
@NullMarked
package io.signalbox.callback.schedule;

import org.jspecify.annotations.NullMarked;
