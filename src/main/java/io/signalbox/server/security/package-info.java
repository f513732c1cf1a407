/** Who gets in: the token, the browser's cookie, and the checks of Host and Origin before them. */
@NullMarked
package io.signalbox.server.security;

import org.jspecify.annotations.NullMarked;
