/**
 * Recording API: events and the recorders that send them to the monitor. The rest of the server uses no other part of
 * the monitor.
 */
@NullMarked
package org.starpunk.telemetry;

import org.jspecify.annotations.NullMarked;
