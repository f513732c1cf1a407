/**
 * How trainer and server talk: frames, the journal, the reconnecting client and its server side.
 */
@NullMarked
package io.signalbox.link;

import org.jspecify.annotations.NullMarked;
