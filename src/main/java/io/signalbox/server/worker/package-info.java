/** The pool that starts trainers, watches them and takes over what a dead one leaves. */
@NullMarked
package io.signalbox.server.worker;

import org.jspecify.annotations.NullMarked;
