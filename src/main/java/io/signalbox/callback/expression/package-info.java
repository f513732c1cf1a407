/**
 * Expressions that users write into a spec, in CEL: of numbers, without loops, checked before a job runs.
 */
@NullMarked
package io.signalbox.callback.expression;

import org.jspecify.annotations.NullMarked;
