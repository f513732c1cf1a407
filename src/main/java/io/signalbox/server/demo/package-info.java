/** The job that the service trains by itself when it is started with {@code demo}. */
@NullMarked
package io.signalbox.server.demo;

import org.jspecify.annotations.NullMarked;
