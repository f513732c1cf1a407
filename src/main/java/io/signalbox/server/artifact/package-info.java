/** What callbacks keep to look at, and TensorBoard's files: listing and download. */
@NullMarked
package io.signalbox.server.artifact;

import org.jspecify.annotations.NullMarked;
