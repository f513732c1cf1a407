/**
 * How records describe themselves to users: one annotation gives binding from JSON, validation with pointers, defaults and
 * the JSON Schema of the catalogue.
 */
@NullMarked
package io.signalbox.spec.schema;

import org.jspecify.annotations.NullMarked;
