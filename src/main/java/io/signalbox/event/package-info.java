/**
 * What a job tells: one numbered stream of events, and their JSON. Pure.
 */
@NullMarked
package io.signalbox.event;

import org.jspecify.annotations.NullMarked;
