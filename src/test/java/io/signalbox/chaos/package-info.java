/** Faults, one by one and at random, in real processes, and what must hold after each. */
package io.signalbox.chaos;
