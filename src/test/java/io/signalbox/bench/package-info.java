/** Benchmarks: they print figures, each beside what it is compared to, and judge nothing. {@code ./mvnw -Pbench verify}. */
@NullMarked
package io.signalbox.bench;

import org.jspecify.annotations.NullMarked;
