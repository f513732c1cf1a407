/** The packaged service, end to end, with real trainer processes. */
@NullMarked
package io.signalbox.e2e;

import org.jspecify.annotations.NullMarked;
