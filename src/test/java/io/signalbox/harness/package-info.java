/**
 * What end-to-end tests and benchmarks stand on: the packaged service in a process of its own, and its API in the verbs of
 * its users.
 */
@NullMarked
package io.signalbox.harness;

import org.jspecify.annotations.NullMarked;
