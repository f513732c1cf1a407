/**
 * The checkpoint on disk: safetensors, manifest, atomic write, verification, retention.
 */
@NullMarked
package io.signalbox.checkpoint;

import org.jspecify.annotations.NullMarked;
