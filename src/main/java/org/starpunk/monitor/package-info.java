/** Monitor of the running server: collects timing events, computes statistics, evaluates alert rules. */
@NullMarked
package org.starpunk.monitor;

import org.jspecify.annotations.NullMarked;
