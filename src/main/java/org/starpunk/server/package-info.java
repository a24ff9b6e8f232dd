/** The front door: one router, on which everything else is mounted by name. */
@NullMarked
package org.starpunk.server;

import org.jspecify.annotations.NullMarked;
