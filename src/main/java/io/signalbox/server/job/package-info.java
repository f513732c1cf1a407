/** Jobs: submission, life cycle, listing. */
@NullMarked
package io.signalbox.server.job;

import org.jspecify.annotations.NullMarked;
