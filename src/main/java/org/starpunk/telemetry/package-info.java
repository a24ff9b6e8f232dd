/** What happened, and where to send it: all that the rest of the server knows of the monitor. */
@NullMarked
package org.starpunk.telemetry;

import org.jspecify.annotations.NullMarked;
