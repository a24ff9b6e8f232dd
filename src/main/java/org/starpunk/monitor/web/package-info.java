/** Shows what the monitor knows, live. */
@NullMarked
package org.starpunk.monitor.web;

import org.jspecify.annotations.NullMarked;
