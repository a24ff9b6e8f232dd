/** Starts and stops everything: the monitor, then the store, then one front door per core. */
@NullMarked
package org.starpunk;

import org.jspecify.annotations.NullMarked;
