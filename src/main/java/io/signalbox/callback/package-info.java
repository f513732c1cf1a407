/**
 * The callback engine: the training loop, its hooks, and every built-in callback. Knows no DJL and no Spring.
 */
@NullMarked
package io.signalbox.callback;

import org.jspecify.annotations.NullMarked;
