/** Files of jobs whose trainers share no folder with the server. */
@NullMarked
package io.signalbox.server.files;

import org.jspecify.annotations.NullMarked;
