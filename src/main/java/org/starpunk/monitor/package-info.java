/** Keeps the last metrics, counts all of them, watches memory. */
@NullMarked
package org.starpunk.monitor;

import org.jspecify.annotations.NullMarked;
