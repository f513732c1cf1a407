/** What the service is and runs on. */
@NullMarked
package io.signalbox.server.system;

import org.jspecify.annotations.NullMarked;
