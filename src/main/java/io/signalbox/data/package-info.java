/**
 * Dataset formats: reading, schema, statistics, preview, content hash. Rows and arrays, no tensors.
 */
@NullMarked
package io.signalbox.data;

import org.jspecify.annotations.NullMarked;
