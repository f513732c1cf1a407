/** What a job spec can name, with the JSON Schema of each. */
@NullMarked
package io.signalbox.server.catalogue;

import org.jspecify.annotations.NullMarked;
