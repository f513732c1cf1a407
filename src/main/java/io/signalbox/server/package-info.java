/**
 * The Spring Boot application, a package per feature.
 */
@NullMarked
package io.signalbox.server;

import org.jspecify.annotations.NullMarked;
