/**
 * What a user asks for: the job spec and the commands, parsed from JSON or YAML and checked with JSON pointers. Pure.
 */
@NullMarked
package io.signalbox.spec;

import org.jspecify.annotations.NullMarked;
