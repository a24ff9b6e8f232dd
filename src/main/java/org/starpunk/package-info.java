/** Starts and stops the server: the monitor, then the store, then one HTTP verticle per core. */
@NullMarked
package org.starpunk;

import org.jspecify.annotations.NullMarked;
