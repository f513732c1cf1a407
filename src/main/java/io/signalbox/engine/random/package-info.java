/**
 * Randomness as a function of (seed, purpose, index), never of what was drawn before.
 */
@NullMarked
package io.signalbox.engine.random;

import org.jspecify.annotations.NullMarked;
