/** Reads each setting once from flag, environment or file, and refuses what nobody asked for. */
@NullMarked
package org.starpunk.config;

import org.jspecify.annotations.NullMarked;
