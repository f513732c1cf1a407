/** Datasets: uploading, listing, deleting, and the samples that ship with the service. */
@NullMarked
package io.signalbox.server.dataset;

import org.jspecify.annotations.NullMarked;
