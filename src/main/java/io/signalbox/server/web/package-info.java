/** What all of the REST API shares: problems, paging, JSON, request bodies, the dashboard's files. */
@NullMarked
package io.signalbox.server.web;

import org.jspecify.annotations.NullMarked;
