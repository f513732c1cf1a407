/**
 * Networks as a user describes them: layers with their shape and parameter arithmetic, and presets that expand to layers.
 */
@NullMarked
package io.signalbox.spec.model;

import org.jspecify.annotations.NullMarked;
