/** Dashboard and HTTP API of the monitor. */
@NullMarked
package org.starpunk.monitor.web;

import org.jspecify.annotations.NullMarked;
